import type { NDArray } from '../../src/index.ts'

export type Arrays = readonly NDArray[]
/** A function of some arrays. */
export type Flat = (xs: Arrays) => Arrays

/** The in-axis of each argument, and the out-axis of all results. */
export interface MapAxes {
  readonly ins: readonly (number | null)[]
  readonly out: number
}
export interface Rows {
  readonly carry: Arrays
  readonly rows: Arrays
  readonly reverse: boolean
  readonly unroll: number
}

/**
 * What steps with bodies are made of. A law says that two dialects mean the same. `way` is a small number that chooses between spellings.
 */
export interface Dialect {
  readonly name: string
  jit(f: Flat, xs: Arrays, way: number): Arrays
  checkpoint(f: Flat, xs: Arrays, way: number): Arrays
  /** By all arguments, of a function that returns one scalar. */
  grad(f: Flat, xs: Arrays, way: number): Arrays
  /** Results, then tangents. */
  jvp(f: Flat, xs: Arrays, ts: Arrays, way: number): Arrays
  /** Cotangents of the arguments. */
  vjp(f: Flat, xs: Arrays, cts: (outs: Arrays) => Arrays, way: number): Arrays
  /** Of one array by one: `[...out, ...in]`. */
  jacobian(f: Flat, x: NDArray, way: number): NDArray
  /** Of a function that returns one scalar. */
  hessian(f: Flat, x: NDArray, way: number): NDArray
  vmap(f: Flat, xs: Arrays, axes: MapAxes, way: number): Arrays
  /** Each example's results among all: `how` many ways there are, by `way`. */
  collective(f: Flat, xs: Arrays, way: number): Arrays
  /** `f` of the carry and a row gives a carry and one more; the result is the last carry, then the stacked rest. */
  scan(f: Flat, rows: Rows): Arrays
  fori(f: (i: NDArray, xs: Arrays) => Arrays, turns: number, xs: Arrays): Arrays
  /** At most four turns. */
  while(f: Flat, turns: NDArray, xs: Arrays): Arrays
  cond(pred: NDArray, onTrue: Flat, onFalse: Flat, xs: Arrays): Arrays
  switch(index: NDArray, branches: readonly Flat[], xs: Arrays): Arrays
  map(f: Flat, xs: Arrays, way: number): Arrays
  /** `f` closes over nothing. */
  custom(f: Flat, xs: Arrays, way: number): Arrays
}
