import { formatRow, type Row } from './report.ts'

/** What a report is made of; pictures are SVG. */
export interface Report {
  readonly caption: string
  readonly rows: readonly Row[]
  readonly pictures: readonly string[]
}

const escape = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c)

/** One page that needs nothing else: pictures first, then the tables. */
export function page({ caption, rows, pictures }: Report): string {
  const tables = rows.map((row) => `<pre>${escape(formatRow(row))}</pre>`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>How fast, beside others</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
  pre { overflow-x: auto; font-size: 13px }
  svg { max-width: 100%; height: auto }
</style>
<h1>How fast, beside others</h1>
<p>${escape(caption)}</p>
${pictures.map((picture) => `<figure>${picture}</figure>`).join('\n')}
<h2>All figures</h2>
<p>Medians and quartiles of later calls; differences are from the first, in units of the largest value.</p>
${tables.join('\n')}
</html>
`
}
