import { type Aval, makeAval } from './aval.ts'
import { bodiesOf } from './bodies.ts'
import type { TypedArray } from './dtype.ts'
import { type Atom, type Eqn, isVar, type Jaxpr, rowOf, type Var } from './jaxpr.ts'
import type { AnyKernel, KernelTable } from './kernel.ts'
import type { Cell, Memory } from './memory.ts'
import { families, type OpName, type Params } from './ops.ts'
import { branchOf } from './reference/control.ts'
import { splat } from './reference/element.ts'
import { marks } from './reference/marks.ts'

/** Ops that a table of kernels need not have: they run their Jaxprs, or nothing. */
export type StructuralOp = 'jit' | 'customCall' | 'checkpoint' | 'while' | 'scan' | 'cond' | 'optimizationBarrier'

/** What a program needs of a device. */
export interface Device<Buffer> {
  put(data: TypedArray, aval: Aval): Buffer
  getSync?(buffer: Buffer, aval: Aval): TypedArray
  readonly kernels: Partial<KernelTable<Buffer, Exclude<OpName, StructuralOp>>>
}

interface Operand<Buffer> {
  readonly cell: Cell<Buffer>
  readonly aval: Aval
}

/** For each equation, the variables that nobody needs after it. */
function lastUses(jaxpr: Jaxpr): readonly (readonly Var[])[] {
  const needed = new Set<Atom>(jaxpr.outputs)
  const dying: Var[][] = []
  for (const eqn of jaxpr.eqns.toReversed()) {
    const dead: Var[] = []
    for (const atom of [...eqn.inputs, ...eqn.outputs]) {
      if (!isVar(atom) || needed.has(atom)) continue
      needed.add(atom)
      dead.push(atom)
    }
    dying.push(dead)
  }
  return dying.reverse()
}

/** A Jaxpr that is run kernel by kernel. Cells that a method returns are held once for its caller. */
export class Program<Buffer> {
  private readonly literals = new Map<Atom, Cell<Buffer>>()
  private readonly bodies = new Map<Jaxpr, Program<Buffer>>()
  private readonly dying: readonly (readonly Var[])[]

  constructor(
    readonly jaxpr: Jaxpr,
    private readonly device: Device<Buffer>,
    private readonly memory: Memory<Buffer>,
  ) {
    this.dying = lastUses(jaxpr)
    for (const atom of [...jaxpr.eqns.flatMap((eqn) => eqn.inputs), ...jaxpr.outputs]) {
      if (isVar(atom) || this.literals.has(atom)) continue
      this.literals.set(atom, this.stored(splat(atom.value, atom.aval), atom.aval))
    }
    for (const body of jaxpr.eqns.flatMap((eqn) => bodiesOf(eqn.params)))
      if (!this.bodies.has(body)) this.bodies.set(body, new Program(body, device, memory))
  }

  /** Runs on those cells, which stay their holders'. */
  execute(inputs: readonly Cell<Buffer>[]): Cell<Buffer>[] {
    const values = new Map<Atom, Cell<Buffer>>(this.literals)
    const owned = new Map<Var, Cell<Buffer>>()
    this.jaxpr.inputs.forEach((input, i) => values.set(input, inputs[i] as Cell<Buffer>))
    try {
      this.jaxpr.eqns.forEach((eqn, i) => this.step(eqn, this.dying[i] as readonly Var[], values, owned))
      return this.jaxpr.outputs.map((atom) => held(values.get(atom) as Cell<Buffer>))
    } finally {
      this.release(owned.values())
    }
  }

  dispose(): void {
    this.release(this.literals.values())
    this.literals.clear()
    for (const body of this.bodies.values()) body.dispose()
    this.bodies.clear()
  }

  /** Runs one equation and lets go of what nobody needs any more. */
  private step(eqn: Eqn, dying: readonly Var[], values: Map<Atom, Cell<Buffer>>, owned: Map<Var, Cell<Buffer>>): void {
    const operands = eqn.inputs.map((atom) => ({ aval: atom.aval, cell: values.get(atom) as Cell<Buffer> }))
    const results = this.apply(eqn, operands)
    eqn.outputs.forEach((output, i) => {
      values.set(output, results[i] as Cell<Buffer>)
      owned.set(output, results[i] as Cell<Buffer>)
    })
    for (const variable of dying) {
      const cell = owned.get(variable)
      owned.delete(variable)
      values.delete(variable)
      if (cell !== undefined) this.memory.release(cell)
    }
  }

  private apply(eqn: Eqn, operands: readonly Operand<Buffer>[]): Cell<Buffer>[] {
    const cells = operands.map(({ cell }) => cell)
    if (families[eqn.op] === 'barrier') return cells.map(held)
    const outs = eqn.outputs.map((output) => output.aval)
    if (eqn.op === 'while') return this.while(eqn.params as Params<'while'>, cells)
    if (eqn.op === 'scan') return this.scan(eqn.params as Params<'scan'>, operands, outs)
    if (eqn.op === 'cond') return this.cond(eqn.params as Params<'cond'>, operands)
    if (eqn.op === 'callback' && this.device.kernels.callback === undefined)
      return this.callback(eqn.params as Params<'callback'>, operands, outs)
    return this.kernel(eqn.op, operands, eqn.params, outs)
  }

  private kernel(
    op: OpName,
    operands: readonly Operand<Buffer>[],
    params: Params<OpName>,
    outs: readonly Aval[],
  ): Cell<Buffer>[] {
    const run = rowOf<AnyKernel<Buffer>>(this.device.kernels, op)
    const results = run(
      operands.map(({ cell, aval }) => ({ buffer: cell.buffer, aval })),
      params,
      outs,
    )
    return outs.map((_, i) => {
      const buffer = results[i] as Buffer
      return held(operands.find((operand) => operand.cell.buffer === buffer)?.cell ?? { buffer, holders: 0 })
    })
  }

  /** The same by way of the host. */
  private callback(
    params: Params<'callback'>,
    operands: readonly Operand<Buffer>[],
    outs: readonly Aval[],
  ): Cell<Buffer>[] {
    const inputs = operands.map(({ cell, aval }) => ({ buffer: this.read(cell, aval), aval }))
    return marks.callback(inputs, params, outs).map((data, i) => this.stored(data, outs[i] as Aval))
  }

  private while(params: Params<'while'>, cells: readonly Cell<Buffer>[]): Cell<Buffer>[] {
    const { condJaxpr, bodyJaxpr, condConsts, bodyConsts } = params
    const toCondition = cells.slice(0, condConsts)
    const toBody = cells.slice(condConsts, condConsts + bodyConsts)
    const [condition, body] = [this.body(condJaxpr), this.body(bodyJaxpr)]
    let carry = cells.slice(condConsts + bodyConsts).map(held)
    const goesOn = (): boolean => {
      const [answer] = condition.execute([...toCondition, ...carry]) as [Cell<Buffer>]
      return this.taken(answer, makeAval([], 'bool')) !== 0
    }
    return this.guarded(
      () => carry,
      () => {
        while (goesOn()) carry = this.replaced(carry, body.execute([...toBody, ...carry]))
        return carry
      },
    )
  }

  private scan(params: Params<'scan'>, operands: readonly Operand<Buffer>[], outs: readonly Aval[]): Cell<Buffer>[] {
    const { jaxpr, length, reverse, numConsts, numCarry } = params
    const cells = operands.map(({ cell }) => cell)
    const xs = operands.slice(numConsts + numCarry)
    const body = this.body(jaxpr)
    let carry = cells.slice(numConsts, numConsts + numCarry).map(held)
    const rows: Cell<Buffer>[][] = outs.slice(numCarry).map(() => [])
    const turn = (i: number): void => {
      const inputs = xs.map((x) => this.row(x, i))
      const results = body.execute([...cells.slice(0, numConsts), ...carry, ...inputs])
      this.release(inputs)
      carry = this.replaced(carry, results.slice(0, numCarry))
      rows.forEach((list, k) => list.push(results[numCarry + k] as Cell<Buffer>))
    }
    return this.guarded(
      () => [...carry, ...rows.flat()],
      () => {
        for (let n = 0; n < length; n++) turn(reverse ? length - 1 - n : n)
        const ys = rows.map((list, k) => this.stacked(reverse ? list.toReversed() : list, outs[numCarry + k] as Aval))
        this.release(rows.flat())
        return [...carry, ...ys]
      },
    )
  }

  private cond({ branches }: Params<'cond'>, [index, ...operands]: readonly Operand<Buffer>[]): Cell<Buffer>[] {
    const { cell, aval } = index as Operand<Buffer>
    const chosen = branches[branchOf(branches, this.read(cell, aval)[0] as number)] as Jaxpr
    return this.body(chosen).execute(operands.map((operand) => operand.cell))
  }

  /** Row `i` of `x`. */
  private row(x: Operand<Buffer>, i: number): Cell<Buffer> {
    const [, ...rest] = x.aval.shape
    const params = {
      startIndices: [i, ...rest.map(() => 0)],
      limitIndices: [i + 1, ...rest],
      strides: x.aval.shape.map(() => 1),
    }
    const thick = makeAval([1, ...rest], x.aval.dtype)
    const [slice] = this.kernel('slice', [x], params, [thick]) as [Cell<Buffer>]
    return this.reshaped({ cell: slice, aval: thick }, rest)
  }

  /** Takes the operand, as its holder. */
  private reshaped({ cell, aval }: Operand<Buffer>, newSizes: readonly number[]): Cell<Buffer> {
    const out = makeAval(newSizes, aval.dtype)
    const [result] = this.kernel('reshape', [{ cell, aval }], { newSizes }, [out]) as [Cell<Buffer>]
    this.memory.release(cell)
    return result
  }

  private stacked(rows: readonly Cell<Buffer>[], out: Aval): Cell<Buffer> {
    if (rows.length === 0) return this.stored(splat(0, out), out)
    const thick = makeAval([1, ...out.shape.slice(1)], out.dtype)
    const thin = makeAval(out.shape.slice(1), out.dtype)
    const parts = rows.map((row) => ({
      cell: this.reshaped({ cell: held(row), aval: thin }, thick.shape),
      aval: thick,
    }))
    const [result] = this.kernel('concatenate', parts, { dimension: 0 }, [out]) as [Cell<Buffer>]
    this.release(parts.map(({ cell }) => cell))
    return result
  }

  private body(jaxpr: Jaxpr): Program<Buffer> {
    return this.bodies.get(jaxpr) as Program<Buffer>
  }

  private stored(data: TypedArray, aval: Aval): Cell<Buffer> {
    return { buffer: this.device.put(data, aval), holders: 1 }
  }

  private read(cell: Cell<Buffer>, aval: Aval): TypedArray {
    return this.device.getSync?.(cell.buffer, aval) as TypedArray // compiling has made sure that it is there
  }

  /** The number in a scalar that nobody needs afterwards. */
  private taken(cell: Cell<Buffer>, aval: Aval): number {
    const value = this.read(cell, aval)[0] as number
    this.memory.release(cell)
    return value
  }

  private release(cells: Iterable<Cell<Buffer>>): void {
    for (const cell of cells) this.memory.release(cell)
  }

  private replaced(old: readonly Cell<Buffer>[], next: Cell<Buffer>[]): Cell<Buffer>[] {
    this.release(old)
    return next
  }

  /** Lets go of what a loop holds when it fails. */
  private guarded(held: () => readonly Cell<Buffer>[], run: () => Cell<Buffer>[]): Cell<Buffer>[] {
    try {
      return run()
    } catch (error) {
      this.release(held())
      throw error
    }
  }
}

function held<Buffer>(cell: Cell<Buffer>): Cell<Buffer> {
  cell.holders++
  return cell
}
