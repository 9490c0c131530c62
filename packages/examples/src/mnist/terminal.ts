import type { Look } from './render.ts'

/** The part of `process.stdout` that is written to. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  hasColors?(count: number): boolean
}

/** A place to print lines, and one line that changes. */
export class Terminal {
  readonly look: Look
  readonly #output: Output
  readonly #changing: boolean
  /** Of the line that changes; -1 when there is none. */
  #lastShare = -1

  constructor(output: Output) {
    this.#output = output
    this.#changing = output.isTTY === true
    this.look = { colour: this.#changing && output.hasColors?.(256) === true }
  }

  print(text = ''): void {
    if (this.#changing && this.#lastShare >= 0) this.#output.write('\n')
    this.#lastShare = -1
    this.#output.write(`${text}\n`)
  }

  /**
   * Shows how far something is: in place where the output is a terminal, else as a line for each tenth.
   *
   * @param share 0 to 1; at 1 the line is finished
   */
  progress(share: number, text: string): void {
    if (this.#changing) this.#output.write(`\r\x1b[2K${text}${share >= 1 ? '\n' : ''}`)
    else if (tenth(share) > tenth(this.#lastShare)) this.#output.write(`${text}\n`)
    this.#lastShare = share >= 1 ? -1 : share
  }
}

const tenth = (share: number) => Math.floor(share * 10)
