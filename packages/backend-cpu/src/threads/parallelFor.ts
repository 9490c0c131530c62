import { Body } from '../wasm/body.ts'
import type { ModuleBuilder } from '../wasm/module.ts'
import { control } from './control.ts'

/** So many looks at what the others have done cost some ten microseconds; then the caller sleeps. */
const spins = 20_000
/** In nanoseconds, and in looks. */
const tenthOfSecond = 100_000_000n
const looksInTenth = 100_000_000

const loadAt = (body: Body, address: number): Body => body.i32(0).atomic('i32.atomic.load', address)

/** In the low half of the ticket: how many parts are left, above how many were taken from the beginning. */
const leftShift = 16
const onePart = 2 ** leftShift
/** The most parts that a job may have. */
export const mostParts = onePart - 1

/**
 * Work in parts: whichever thread is free takes the next, those of even number from the beginning, the others from the end. So each of two
 * threads gets to work where it worked before, on what its own cache still holds. (Measured: a step of an MLP takes 1.25 ms, with parts taken in
 * turn 1.29; in hours when the two cores were far apart 1.63 and 1.80.) Written for one module.
 */
export class ParallelFor {
  readonly #module: ModuleBuilder
  readonly #program: number
  #begin: number | undefined

  /** `program` is the number by which threads know the module. */
  constructor(module: ModuleBuilder, program: number) {
    this.#module = module
    this.#program = program
  }

  /** Whether any work is done in parts. */
  get isUsed(): boolean {
    return this.#begin !== undefined
  }

  /**
   * Has units of work done in parts of `chunk` units by `part`, a function `(from, to, thread)`; leaves when all are done.
   *
   * @param pushUnits leaves their count on the stack, at least 1
   */
  run(body: Body, part: number, pushUnits: () => void, chunk: number): void {
    this.#begin ??= this.#writeBegin()
    body.i32(this.#module.tabulate(part))
    pushUnits()
    body.i32(chunk).call(this.#begin)
  }

  /** `(part, units, chunk)`: opens a job, helps with it, and waits for the parts that others have taken. */
  #writeBegin(): number {
    const help = this.#writeHelp()
    this.#module.export('help', help)
    const body = new Body(['i32', 'i32', 'i32'])
    const [part, units, chunk] = [0, 1, 2]
    const count = body.local('i32')
    body.get(units).get(chunk).op('i32.add').i32(1).op('i32.sub').get(chunk).op('i32.div_u').set(count)
    const put = (address: number, local: number) => body.i32(0).get(local).memory('i32.store', address)
    put(control.part, part)
    put(control.units, units)
    put(control.chunk, chunk)
    body.i32(0).i32(this.#program).atomic('i32.atomic.store', control.program)
    body.i32(0).i32(0).atomic('i32.atomic.store', control.finished)
    body.i32(0)
    loadAt(body, control.job).i32(1).op('i32.add', 'i64.extend_i32_u').i64(32n).op('i64.shl')
    body
      .get(count)
      .i32(leftShift)
      .op('i32.shl', 'i64.extend_i32_u', 'i64.or')
      .atomic('i64.atomic.store', control.ticket)
    loadAt(body, control.sleepers).if(() =>
      body.i32(0).get(count).atomic('memory.atomic.notify', control.job).op('drop'),
    )
    body.i32(0).call(help).op('drop')
    writeWait(body, count, this.#writeSleep())
    const fn = this.#module.declare(['i32', 'i32', 'i32'])
    this.#module.define(fn, body)
    return fn
  }

  /**
   * `(done)`: sleeps for a tenth of a second, or until no more only so many parts are done; returns 2 for the former. By itself, as in a loop
   * V8 11 makes the second wait in optimised code endless.
   */
  #writeSleep(): number {
    const body = new Body(['i32'])
    body.i32(0).get(0).i64(tenthOfSecond).atomic('memory.atomic.wait32', control.finished)
    const fn = this.#module.declare(['i32'], ['i32'])
    this.#module.define(fn, body)
    return fn
  }

  /**
   * `(thread)`: does parts of the open job, if it is one of this module's, until none is left. A part is taken by a change of the ticket from
   * what was read before; it fails when another thread took one, or when the job is over. Returns how many it did.
   */
  #writeHelp(): number {
    const partType = this.#module.type(['i32', 'i32', 'i32'])
    const body = new Body(['i32'])
    const thread = 0
    const [ticket, seen] = [body.local('i64'), body.local('i64')]
    const [from, left, isFromEnd, parts] = [body.local('i32'), body.local('i32'), body.local('i32'), body.local('i32')]
    const load = (address: number) => body.i32(0).memory('i32.load', address)
    body.block(() => {
      body.loop(() => {
        body.i32(0).atomic('i64.atomic.load', control.ticket).set(ticket)
        body.get(ticket).op('i32.wrap_i64').i32(leftShift).op('i32.shr_u').tee(left).op('i32.eqz').brIf(1)
        loadAt(body, control.program).i32(this.#program).op('i32.ne').brIf(1)
        body.get(thread).i32(1).op('i32.and').set(isFromEnd)
        body.i32(0).get(ticket).get(ticket)
        body
          .i64(BigInt(onePart))
          .i64(BigInt(onePart - 1))
          .get(isFromEnd)
          .op('select', 'i64.sub')
        body.atomic('i64.atomic.rmw.cmpxchg', control.ticket).set(seen)
        body.get(seen).get(ticket).op('i64.ne').brIf(0)
        body.get(ticket).op('i32.wrap_i64').i32(mostParts).op('i32.and')
        body.get(left).i32(1).op('i32.sub').i32(0).get(isFromEnd).op('select', 'i32.add')
        load(control.chunk).op('i32.mul').set(from)
        body.get(from)
        pushSmaller(
          body,
          () => load(control.units),
          () => {
            body.get(from)
            load(control.chunk).op('i32.add')
          },
        )
        body.get(thread)
        load(control.part).callIndirect(partType)
        body.i32(0).i32(1).atomic('i32.atomic.rmw.add', control.finished).op('drop')
        loadAt(body, control.isWaiting).if(() =>
          body.i32(0).i32(1).atomic('memory.atomic.notify', control.finished).op('drop'),
        )
        body.get(parts).i32(1).op('i32.add').set(parts).br(0)
      })
    })
    const fn = this.#module.declare(['i32'], ['i32'])
    this.#module.define(fn, body.get(parts))
    return fn
  }
}

function pushSmaller(body: Body, one: () => void, other: () => void): void {
  one()
  other()
  one()
  other()
  body.op('i32.lt_u', 'select')
}

/**
 * Waits until `count` parts are done: awake for a little while, then asleep where that is allowed. Traps when a thread has broken off, or when
 * for too long none gets anything done.
 */
function writeWait(body: Body, count: number, sleep: number): void {
  const [done, looks, waits] = [body.local('i32'), body.local('i32'), body.local('i32')]
  const increase = (local: number) => body.get(local).i32(1).op('i32.add').tee(local)
  const trapIf = () => body.if(() => body.op('unreachable'))
  body.block(() => {
    body.loop(() => {
      loadAt(body, control.finished).tee(done).get(count).op('i32.eq').brIf(1)
      increase(looks).i32(spins).op('i32.lt_s').brIf(0)
      loadAt(body, control.hasFailed)
      trapIf()
      body.i32(0).memory('i32.load', control.mayWait)
      body.if(
        () => {
          body.i32(0).i32(1).atomic('i32.atomic.store', control.isWaiting)
          body.get(done).call(sleep).i32(2).op('i32.eq')
          body.if(
            () => increase(waits).op('drop'),
            () => body.i32(0).set(waits),
          )
          body.i32(0).i32(0).atomic('i32.atomic.store', control.isWaiting)
        },
        () => {
          body.i32(spins - looksInTenth).set(looks)
          increase(waits).op('drop')
        },
      )
      body.get(waits).i32(0).memory('i32.load', control.patience).op('i32.gt_u')
      body.if(() => body.i32(0).i32(1).atomic('i32.atomic.store', control.hasFailed).op('unreachable'))
      body.br(0)
    })
  })
}
