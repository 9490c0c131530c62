import { makeSvg } from './dom.ts'
import { linearScale, logScale, type Scale } from './scale.ts'
import type { Both } from './session.ts'

/** In CSS pixels. */
const margin = { top: 10, right: 12, bottom: 30, left: 48 }
const pixelsAnEntry = 2
const names = ['tied', 'untied'] as const

export interface LossChartOptions {
  readonly svg: SVGSVGElement
  /** Around the drawing, for the keyboard and for screen readers: its value is the step that is read out. */
  readonly slider: HTMLElement
  /** Where the losses under the pointer, or at the step chosen with the arrow keys, are written. */
  readonly readout: HTMLElement
}

/** Both networks' losses by step. */
export class LossChart {
  readonly #svg: SVGSVGElement
  readonly #slider: HTMLElement
  readonly #readout: HTMLElement
  #losses: Both<number[]> = { tied: [], untied: [] }
  #isLog = true
  /** The step that is read out, from 0. */
  #chosen: number | undefined

  constructor({ svg, slider, readout }: LossChartOptions) {
    this.#svg = svg
    this.#slider = slider
    this.#readout = readout
    new ResizeObserver(() => this.#draw()).observe(svg)
    svg.addEventListener('pointermove', (event) => this.#choose(this.#stepAt(event.offsetX)))
    svg.addEventListener('pointerleave', () => this.#choose(undefined))
    slider.addEventListener('blur', () => this.#choose(undefined))
    slider.addEventListener('keydown', (event) => this.#onKey(event))
  }

  set isLog(isLog: boolean) {
    this.#isLog = isLog
    this.#draw()
  }

  show(losses: Both<number[]>): void {
    this.#losses = losses
    this.#draw()
  }

  get #count(): number {
    return this.#losses.tied.length
  }

  get #size() {
    const { clientWidth: width, clientHeight: height } = this.#svg
    return { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom }
  }

  #onKey(event: KeyboardEvent): void {
    const last = this.#count - 1
    const stride = Math.max(1, Math.round(this.#count / 50))
    const from = this.#chosen ?? last
    const targets: Record<string, number> = { ArrowLeft: from - stride, ArrowRight: from + stride, Home: 0, End: last }
    const target = targets[event.key]
    if (target === undefined || last < 0) return
    event.preventDefault()
    this.#choose(Math.min(Math.max(target, 0), last))
  }

  #stepAt(x: number): number | undefined {
    if (this.#count === 0) return undefined
    const share = (x - margin.left) / this.#size.width
    return Math.round(Math.min(Math.max(share, 0), 1) * (this.#count - 1))
  }

  #choose(step: number | undefined): void {
    this.#chosen = step
    this.#draw()
  }

  #draw(): void {
    const { width, height } = this.#size
    const values = names.flatMap((name) => this.#losses[name]).filter(Number.isFinite)
    const scale = this.#isLog ? logScale(least(values), most(values)) : linearScale(most(values))
    const y = (value: number) => margin.top + height * (1 - Math.min(scale.position(value), 1))
    const x = (step: number) => margin.left + (width * step) / Math.max(1, this.#count - 1)
    this.#svg.replaceChildren(...this.#grid(scale, y), ...this.#lines(x, y), ...this.#cross(x, y))
  }

  #grid(scale: Scale, y: (value: number) => number): SVGElement[] {
    const { width, height } = this.#size
    const rows = scale.ticks.map((tick) =>
      makeSvg(
        'g',
        { class: 'tick', transform: `translate(${margin.left}, ${y(tick)})` },
        makeSvg('line', { x2: width }),
        makeSvg('text', { x: -8, dy: '0.32em', 'text-anchor': 'end' }, String(tick)),
      ),
    )
    const bottom = margin.top + height + 20
    const steps = makeSvg('text', { class: 'axis', x: margin.left, y: bottom }, 'step 1')
    const last = { class: 'axis', x: margin.left + width, y: bottom, 'text-anchor': 'end' }
    return [...rows, steps, makeSvg('text', last, this.#count > 1 ? String(this.#count) : '')]
  }

  #lines(x: (step: number) => number, y: (value: number) => number): SVGElement[] {
    const stride = Math.max(1, Math.ceil((this.#count * pixelsAnEntry) / Math.max(1, this.#size.width)))
    return names.map((name) => {
      const points = thinned(this.#losses[name], stride).map(([step, loss]) => `${x(step)},${y(loss)}`)
      return makeSvg('polyline', { class: name, points: points.join(' ') })
    })
  }

  #cross(x: (step: number) => number, y: (value: number) => number): SVGElement[] {
    const step = this.#chosen
    const isShown = step !== undefined && step < this.#count
    const at = isShown ? names.map((name) => [name, this.#losses[name][step]!] as const) : []
    const text = at.map(([name, loss]) => `${name} ${loss.toPrecision(3)}`).join(', ')
    this.#readOut(isShown ? step + 1 : this.#count, isShown ? `step ${step + 1}: ${text}` : '')
    if (!isShown) return []
    const line = { class: 'cross', x1: x(step), x2: x(step), y1: margin.top, y2: margin.top + this.#size.height }
    const dots = at.map(([name, loss]) => makeSvg('circle', { class: name, cx: x(step), cy: y(loss), r: 4 }))
    return [makeSvg('line', line), ...dots]
  }

  #readOut(step: number, text: string): void {
    this.#readout.textContent = text
    const values = { min: Math.min(1, this.#count), max: this.#count, now: step, text }
    for (const [name, value] of Object.entries(values)) this.#slider.setAttribute(`aria-value${name}`, String(value))
  }
}

const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0)

/** The mean of each `stride` losses, at the middle of their steps: as many points as can be told apart. */
export function thinned(losses: readonly number[], stride: number): [step: number, loss: number][] {
  const points: [number, number][] = []
  for (let at = 0; at < losses.length; at += stride) {
    const part = losses.slice(at, at + stride)
    const mean = part.reduce((sum, loss) => sum + loss, 0) / part.length
    if (Number.isFinite(mean)) points.push([at + (part.length - 1) / 2, mean])
  }
  return points
}
