import type { TypedArray } from './arrayType.ts'
import type { GetOptions } from './at.ts'
import type { IsLeaf } from './flatten.ts'
import type { KeyStep, Step } from './where.ts'

type Primitive = string | number | boolean | bigint | symbol | null | undefined
type AnyFunction = (...args: never[]) => unknown

/** What paths end at: no names below. Arrays of any package are known by having a dtype and a shape. */
export type Leaf =
  | Primitive
  | AnyFunction
  | TypedArray
  | Date
  | RegExp
  | { readonly dtype: unknown; readonly shape: unknown }

/** The names and positions that lead from a `T` to its children. Functions are left out: among them are all methods. */
export type KeyOf<T> = T extends Leaf
  ? never
  : T extends ReadonlyMap<infer K, unknown>
    ? Extract<K, string>
    : T extends ReadonlySet<unknown>
      ? number
      : T extends readonly unknown[]
        ? PositionOf<T>
        : { [K in keyof T]-?: IsFunction<NonNullable<T[K]>> extends true ? never : K }[keyof T] & string

type IsFunction<T> = [T] extends [never] ? false : T extends AnyFunction ? true : false

/** `0 | 1` for a pair, `number` for an array. */
type PositionOf<T extends readonly unknown[]> = number extends T['length']
  ? number
  : ToNumber<Exclude<keyof T, keyof (readonly unknown[])>>
type ToNumber<K> = K extends `${infer N extends number}` ? N : never

/** A step whose result type is known. */
export type StepOf<T> = KeyOf<T> | KeyStep

/** What a step leads to. Optional fields count as present: a path that leads nowhere throws. */
export type ChildOf<T, K> = K extends KeyStep<infer N> ? ByKey<NonNullable<T>, N> : ByName<NonNullable<T>, K>
type ByName<T, K> =
  T extends ReadonlyMap<unknown, infer V>
    ? V
    : T extends ReadonlySet<infer V>
      ? V
      : K extends keyof T
        ? Exclude<T[K], undefined>
        : never
type ByKey<T, N> = T extends ReadonlyMap<unknown, infer V> ? V : N extends keyof T ? T[N] : unknown

/** Steps that may select several children, and masks: trees of booleans. */
export type Wide = Step | RegExp | object
type AnyStep = string | number | Wide

type MethodOf<S> = { [M in keyof S]: S[M] extends AnyFunction ? M : never }[keyof S] & string
type ArgsOf<F> = F extends (...args: infer A) => unknown ? A : never
type ResultOf<F> = F extends (...args: never[]) => infer R ? R : never

/** `S` at one place of `T`. */
export interface PickedOne<T, S> {
  /** The part itself. */
  get(): S
  get(options: GetOptions): Nulled<T>
  /** The tree with `value` in place of the part; sealed, and the tree itself when nothing changes. */
  set(value: S): T
  apply(f: (part: S) => S, option?: IsLeaf): T
  /** Threads a state through: `f(part, state)` returns the new part and the new state. */
  scan<State>(
    f: (part: S, state: State) => readonly [S, State],
    initial: State,
    option?: IsLeaf,
  ): readonly [tree: T, state: State]
  /** Folds the leaves of the part. */
  reduce<L, A = L>(f: (accumulated: A, leaf: L) => A, ...initial: [] | [A]): A
  pluck(count?: number, option?: IsLeaf): readonly S[]
  /** Runs a method that may assign to `this`, on a copy: its value, and the tree with the changed copy in place. */
  call<M extends MethodOf<S>>(method: M, ...args: ArgsOf<S[M]>): readonly [value: ResultOf<S[M]>, tree: T]
}

/** Several places of `T`, of types that are not known. */
export interface PickedSome<T> {
  /** A tree of the same structure with `null` (or `fillValue`) in place of all that is not selected. */
  get(options?: GetOptions): Nulled<T>
  /** The tree with `value` in each place; a tree of the same structure gives each place its own part. */
  set(value: unknown, option?: IsLeaf): T
  apply<L>(f: (part: L) => unknown, option?: IsLeaf): T
  scan<L, State>(
    f: (part: L, state: State) => readonly [unknown, State],
    initial: State,
    option?: IsLeaf,
  ): readonly [tree: T, state: State]
  reduce<L, A = L>(f: (accumulated: A, leaf: L) => A, ...initial: [] | [A]): A
  /** The selected parts themselves, at most `count`, the largest ones that are selected as a whole. */
  pluck(count?: number, option?: IsLeaf): readonly unknown[]
}

/** `T` with any leaf possibly `null`. */
export type Nulled<T> = T extends AnyFunction ? T : T extends Leaf ? T | null : { [K in keyof T]: Nulled<T[K]> }

/** `at(tree, ...path)`. */
// biome-ignore format: one overload a line reads as a table
export interface At {
  <T, const A extends StepOf<T>>(tree: T, a: A): PickedOne<T, ChildOf<T, A>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>>(tree: T, a: A, b: B): PickedOne<T, ChildOf<ChildOf<T, A>, B>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>>(tree: T, a: A, b: B, c: C): PickedOne<T, Child3<T, A, B, C>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>, const D extends StepOf<Child3<T, A, B, C>>>(tree: T, a: A, b: B, c: C, d: D): PickedOne<T, ChildOf<Child3<T, A, B, C>, D>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>, const D extends StepOf<Child3<T, A, B, C>>, const E extends StepOf<Child4<T, A, B, C, D>>>(tree: T, a: A, b: B, c: C, d: D, e: E): PickedOne<T, ChildOf<Child4<T, A, B, C, D>, E>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>, const D extends StepOf<Child3<T, A, B, C>>, const E extends StepOf<Child4<T, A, B, C, D>>, const F extends StepOf<ChildOf<Child4<T, A, B, C, D>, E>>>(tree: T, a: A, b: B, c: C, d: D, e: E, f: F): PickedOne<T, ChildOf<ChildOf<Child4<T, A, B, C, D>, E>, F>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>, const D extends StepOf<Child3<T, A, B, C>>, const E extends StepOf<Child4<T, A, B, C, D>>, const F extends StepOf<ChildOf<Child4<T, A, B, C, D>, E>>, const G extends StepOf<Child6<T, A, B, C, D, E, F>>>(tree: T, a: A, b: B, c: C, d: D, e: E, f: F, g: G): PickedOne<T, ChildOf<Child6<T, A, B, C, D, E, F>, G>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>, const D extends StepOf<Child3<T, A, B, C>>, const E extends StepOf<Child4<T, A, B, C, D>>, const F extends StepOf<ChildOf<Child4<T, A, B, C, D>, E>>, const G extends StepOf<Child6<T, A, B, C, D, E, F>>, const H extends StepOf<ChildOf<Child6<T, A, B, C, D, E, F>, G>>>(tree: T, a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H): PickedOne<T, ChildOf<ChildOf<Child6<T, A, B, C, D, E, F>, G>, H>>
  <T>(tree: T, a: Wide, ...rest: readonly AnyStep[]): PickedSome<T>
  <T, const A extends StepOf<T>>(tree: T, a: A, b: Wide, ...rest: readonly AnyStep[]): PickedSome<T>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>>(tree: T, a: A, b: B, c: Wide, ...rest: readonly AnyStep[]): PickedSome<T>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>>(tree: T, a: A, b: B, c: C, d: Wide, ...rest: readonly AnyStep[]): PickedSome<T>
}

/** `tree.at(...path)`, the same as a method. */
// biome-ignore format: one overload a line reads as a table
export interface AtMethod {
  <T, const A extends StepOf<T>>(this: T, a: A): PickedOne<T, ChildOf<T, A>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>>(this: T, a: A, b: B): PickedOne<T, ChildOf<ChildOf<T, A>, B>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>>(this: T, a: A, b: B, c: C): PickedOne<T, Child3<T, A, B, C>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>, const D extends StepOf<Child3<T, A, B, C>>>(this: T, a: A, b: B, c: C, d: D): PickedOne<T, ChildOf<Child3<T, A, B, C>, D>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>, const D extends StepOf<Child3<T, A, B, C>>, const E extends StepOf<Child4<T, A, B, C, D>>>(this: T, a: A, b: B, c: C, d: D, e: E): PickedOne<T, ChildOf<Child4<T, A, B, C, D>, E>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>, const D extends StepOf<Child3<T, A, B, C>>, const E extends StepOf<Child4<T, A, B, C, D>>, const F extends StepOf<ChildOf<Child4<T, A, B, C, D>, E>>>(this: T, a: A, b: B, c: C, d: D, e: E, f: F): PickedOne<T, ChildOf<ChildOf<Child4<T, A, B, C, D>, E>, F>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>, const D extends StepOf<Child3<T, A, B, C>>, const E extends StepOf<Child4<T, A, B, C, D>>, const F extends StepOf<ChildOf<Child4<T, A, B, C, D>, E>>, const G extends StepOf<Child6<T, A, B, C, D, E, F>>>(this: T, a: A, b: B, c: C, d: D, e: E, f: F, g: G): PickedOne<T, ChildOf<Child6<T, A, B, C, D, E, F>, G>>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>, const D extends StepOf<Child3<T, A, B, C>>, const E extends StepOf<Child4<T, A, B, C, D>>, const F extends StepOf<ChildOf<Child4<T, A, B, C, D>, E>>, const G extends StepOf<Child6<T, A, B, C, D, E, F>>, const H extends StepOf<ChildOf<Child6<T, A, B, C, D, E, F>, G>>>(this: T, a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H): PickedOne<T, ChildOf<ChildOf<Child6<T, A, B, C, D, E, F>, G>, H>>
  <T>(this: T, a: Wide, ...rest: readonly AnyStep[]): PickedSome<T>
  <T, const A extends StepOf<T>>(this: T, a: A, b: Wide, ...rest: readonly AnyStep[]): PickedSome<T>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>>(this: T, a: A, b: B, c: Wide, ...rest: readonly AnyStep[]): PickedSome<T>
  <T, const A extends StepOf<T>, const B extends StepOf<ChildOf<T, A>>, const C extends StepOf<Child2<T, A, B>>>(this: T, a: A, b: B, c: C, d: Wide, ...rest: readonly AnyStep[]): PickedSome<T>
}

type Child2<T, A, B> = ChildOf<ChildOf<T, A>, B>
type Child3<T, A, B, C> = ChildOf<Child2<T, A, B>, C>
type Child4<T, A, B, C, D> = ChildOf<Child3<T, A, B, C>, D>
type Child6<T, A, B, C, D, E, F> = ChildOf<ChildOf<Child4<T, A, B, C, D>, E>, F>
