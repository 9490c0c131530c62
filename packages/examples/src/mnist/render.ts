/** What the terminal can show. */
export interface Look {
  /** 256 colours; without, plain ASCII. */
  readonly colour: boolean
}

/** A greyscale image: 0 is paper, 1 is ink. */
export interface Picture {
  readonly title: string
  readonly width: number
  readonly height: number
  readonly values: ArrayLike<number>
}

const ramp = ' .:-=+*#%@'
const gap = '  '
const reset = '\x1b[0m'

/** `done` of `whole` as a bar of `width` characters. */
export function bar(done: number, whole: number, width: number, { colour }: Look): string {
  const share = whole > 0 ? Math.min(Math.max(done / whole, 0), 1) : 1
  const full = Math.round(share * width)
  const [on, off] = colour ? ['█', '░'] : ['#', '.']
  return `[${on.repeat(full)}${off.repeat(width - full)}] ${percent(share)}`
}

const percent = (share: number) => `${Math.floor(share * 100)}%`.padStart(4)

/** The picture without `margin` pixels at each edge; digits stand in the middle. */
export function crop({ title, width, height, values }: Picture, margin: number): Picture {
  const [w, h] = [width - 2 * margin, height - 2 * margin]
  const at = (i: number) => values[(margin + Math.floor(i / w)) * width + margin + (i % w)] as number
  return { title, width: w, height: h, values: Float32Array.from({ length: w * h }, (_, i) => at(i)) }
}

/** Pictures of one height beside each other under their titles. A character is one pixel wide and two high. */
export function drawPictures(pictures: readonly Picture[], look: Look): string {
  const titles = pictures.map(({ title, width }) => title.slice(0, width).padEnd(width)).join(gap)
  const columns = pictures.map((picture) => rowPairs(picture).map((pair) => drawRow(pair, look)))
  const lines = (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]).join(gap))
  return [titles, ...lines].map((line) => line.trimEnd()).join('\n')
}

type RowPair = readonly [upper: number[], lower: number[]]

function rowPairs({ width, height, values }: Picture): RowPair[] {
  const row = (y: number) => Array.from({ length: width }, (_, x) => (y < height ? clamp(values[y * width + x]) : 0))
  return Array.from({ length: Math.ceil(height / 2) }, (_, pair) => [row(2 * pair), row(2 * pair + 1)])
}

/** Reconstructions overshoot, and an untrained one may hold anything. */
const clamp = (value: number | undefined) => (value !== undefined && value > 0 ? Math.min(value, 1) : 0)

const drawRow = (pair: RowPair, { colour }: Look) => (colour ? colourRow(pair) : asciiRow(pair))

const asciiRow = ([upper, lower]: RowPair) =>
  upper.map((value, x) => ramp[Math.round(((value + (lower[x] as number)) / 2) * (ramp.length - 1))]).join('')

/** The upper half block in the upper pixel's grey, on a ground of the lower one's. */
const colourRow = ([upper, lower]: RowPair) =>
  `${upper.map((value, x) => `\x1b[38;5;${grey(value)};48;5;${grey(lower[x] as number)}m▀`).join('')}${reset}`

/** The 24 greys of the 256 colours, from nearly black (232) to nearly white (255). */
const grey = (value: number) => 232 + Math.round(value * 23)

/** Rows of cells in columns: the first to the left, the others to the right. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  const align = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))
  return rows.map((row) => row.map(align).join('  ').trimEnd()).join('\n')
}

/** `12,345` */
export const grouped = (count: number) => Math.round(count).toLocaleString('en-US')
