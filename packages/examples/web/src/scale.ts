/** A range of values on an axis. */
export interface Scale {
  /** 0 at the low end, 1 at the high end. */
  position(value: number): number
  /** Round values to draw lines at, in ascending order. */
  readonly ticks: readonly number[]
}

/** Evenly spaced, from 0 (so that heights compare) to a round value. */
export function linearScale(highest: number, wanted = 5): Scale {
  const step = roundStep(usable(highest) / wanted)
  const count = Math.max(1, Math.ceil(usable(highest) / step - 1e-9))
  const top = step * count
  return {
    position: (value) => value / top,
    ticks: Array.from({ length: count + 1 }, (_, i) => cleaned(step * i)),
  }
}

/** Each factor as long as the next; ticks at 1, 2 and 5 of each power of ten. */
export function logScale(lowest: number, highest: number): Scale {
  const high = usable(highest)
  const low = Math.min(lowest > 0 ? lowest : high, high / 2)
  const from = Math.max(...roundValues.filter((value) => value <= low))
  const to = Math.min(...roundValues.filter((value) => value >= high))
  const length = Math.log(to / from)
  return {
    position: (value) => Math.log(Math.max(value, from) / from) / length,
    ticks: roundValues.filter((value) => value >= from && value <= to),
  }
}

/** An axis needs some height, whatever the values are. */
const usable = (highest: number) => (highest > 0 && highest < 1e12 ? highest : 1)

const mantissas = [1, 2, 5]
const roundValues = Array.from({ length: 28 }, (_, i) => i - 14).flatMap((exponent) =>
  mantissas.map((mantissa) => Number(`${mantissa}e${exponent}`)),
)

/** The smallest of 1, 2, 5 times a power of ten that is no smaller than `step`. */
const roundStep = (step: number) => roundValues.find((value) => value >= step * (1 - 1e-9)) ?? step

/** Without the noise of binary fractions: 0.3, not 0.30000000000000004. */
const cleaned = (value: number) => Number(value.toPrecision(12))
