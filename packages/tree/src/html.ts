import { arrayInfo, type Values } from './arrayType.ts'
import { isTreeEqual } from './equal.ts'
import { escapeHtml } from './graph.ts'
import { type Outline, type OutlineOptions, outline, typeName } from './outline.ts'
import { printPath, where } from './path.ts'
import { treeRepr } from './print.ts'

export interface HtmlOptions extends OutlineOptions {
  readonly title?: string
  /** A tree to compare with: what differs, is new or is gone is marked. */
  readonly compareTo?: unknown
  /** How paths begin when they are copied; `tree` unless given. */
  readonly name?: string
}

type Status = 'same' | 'changed' | 'added' | 'removed'
interface Drawing {
  readonly name: string
  readonly compares: boolean
}

/**
 * The tree as one self-contained, collapsible HTML page that works without network, by keyboard and with screen readers. Each leaf
 * has type, shape, range and a histogram; a click on its path copies it as code.
 *
 * @example writeFileSync('net.html', treeHtml(net, { compareTo: before }))
 */
export function treeHtml(tree: unknown, options: HtmlOptions = {}): string {
  const { title = typeName(tree), name = 'tree' } = options
  const compares = 'compareTo' in options
  const other = compares ? outline(options.compareTo, options) : undefined
  const body = branch(outline(tree, options), other, { name, compares })
  const legend = compares
    ? '<p class="legend">Marked: <b class="changed">changed</b> <b class="added">added</b> <b class="removed">removed</b></p>'
    : ''
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(title)}</h1>
${legend}<ul class="tree" role="list">${body}</ul>
<p id="status" role="status"></p>
<script>${SCRIPT}</script>
</html>`
}

/** One list item: `node`, and what stands in its place in the tree that it is compared with. */
function branch(node: Outline, other: Outline | undefined, drawing: Drawing, forced?: Status): string {
  const status = forced ?? (drawing.compares ? compare(node, other) : 'same')
  const mark = status === 'same' ? '' : ` class="${status}"`
  const note = status === 'same' ? '' : ` <b class="${status}">${status}</b>`
  const head = `${pathButton(node, drawing)} <span class="type">${escapeHtml(typeName(node.value))}</span>${note}`
  const shared =
    node.sameAs === undefined ? '' : ` <span class="shared">same as ${escapeHtml(where(node.sameAs))}</span>`
  if (node.isLeaf) return `<li${mark}>${head}${shared} ${leafView(node, other, status)}</li>`
  const inner = children(node, other, drawing, forced)
  return `<li${mark}><details open><summary>${head}${shared}</summary><ul role="list">${inner}</ul></details></li>`
}

function children(node: Outline, other: Outline | undefined, drawing: Drawing, forced: Status | undefined): string {
  const others = new Map((other?.children ?? []).map((child) => [child.key, child]))
  const own = node.children.map((child) => branch(child, others.get(child.key), drawing, forced))
  const keys = new Set(node.children.map((child) => child.key))
  const gone = forced === undefined ? [...others.values()].filter((child) => !keys.has(child.key)) : []
  return [...own, ...gone.map((child) => branch(child, undefined, drawing, 'removed'))].join('')
}

function compare(node: Outline, other: Outline | undefined): Status {
  if (other === undefined) return 'added'
  const isNode = !node.isLeaf && !other.isLeaf && typeName(node.value) === typeName(other.value)
  return isNode || isTreeEqual(node.value, other.value) ? 'same' : 'changed'
}

function pathButton({ key, path }: Outline, { name }: Drawing): string {
  const code = escapeHtml(name + printPath(path))
  return `<button type="button" data-path="${code}" title="Copy ${code}">${escapeHtml(key || name)}</button>`
}

function leafView({ value }: Outline, other: Outline | undefined, status: Status): string {
  const values = arrayInfo(value)?.values()
  const bars = values && values.length > 1 ? histogram(values) : ''
  // The type of an array stands before it already.
  const head = values ? `${typeName(value)}(` : ''
  const content = (x: unknown) => {
    const text = treeRepr(x, { depth: 0 })
    return escapeHtml(head !== '' && text.startsWith(head) ? text.slice(head.length - 1) : text)
  }
  const before = status === 'changed' && other !== undefined ? ` was <del>${content(other.value)}</del>` : ''
  return `${bars}<code>${content(value)}</code>${before}`
}

const BINS = 16

/** Counts of the finite values in equal steps of their range, as bars. */
function histogram(values: Values): string {
  const finite = Array.from(values as ArrayLike<number | bigint | boolean>, Number).filter(Number.isFinite)
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (!(high > low)) return ''
  const counts = new Array<number>(BINS).fill(0)
  for (const x of finite) {
    const bin = Math.min(BINS - 1, Math.floor(((x - low) / (high - low)) * BINS))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const top = Math.max(...counts)
  const bars = counts.map((count, i) => {
    const height = (count / top) * 20
    return `<rect x="${i * 5}" y="${(20 - height).toFixed(1)}" width="4" height="${height.toFixed(1)}"/>`
  })
  const text = `histogram of ${finite.length} values from ${low.toPrecision(3)} to ${high.toPrecision(3)}`
  return `<svg role="img" aria-label="${text}" width="80" height="20" viewBox="0 0 80 20"><title>${text}</title>${bars.join('')}</svg> `
}

const STYLE = `:root{color-scheme:light dark;font:14px/1.6 ui-monospace,monospace}body{margin:2rem;max-width:72rem}h1{font-size:1.2rem}
ul{list-style:none;padding-left:1.4rem;margin:0;border-left:1px solid #8884}.tree{padding-left:0;border:0}summary{cursor:pointer}
button{font:inherit;color:inherit;background:#8882;border:0;border-radius:3px;cursor:copy;padding:0 .3em}.type{color:#06a}code{opacity:.8}
svg{vertical-align:middle;fill:#06a}.shared,.changed>summary b,b.changed{color:#a60}b.added{color:#080}b.removed{color:#c22}li.removed code,del{opacity:.6}
.changed,.added,.removed{font-style:normal}@media(prefers-color-scheme:dark){.type{color:#6cf}svg{fill:#6cf}}`

const SCRIPT = `document.addEventListener('click',async e=>{const b=e.target.closest('button[data-path]');if(!b)return;e.preventDefault();
const s=document.getElementById('status');try{await navigator.clipboard.writeText(b.dataset.path);s.textContent='Copied '+b.dataset.path}
catch{s.textContent=b.dataset.path}})`
