import { arrayInfo, printShape } from './arrayType.ts'
import { checkDepth } from './cycle.ts'
import { type IsLeaf, viewOf } from './flatten.ts'
import { isMasked } from './mask.ts'
import { MASKED } from './nodeTypes.ts'
import { type Path, printKey, sameKey } from './path.ts'
import { findShared } from './shared.ts'

export interface OutlineOptions {
  /** Levels that are shown; deeper nodes count as leaves. */
  readonly depth?: number
  readonly isLeaf?: IsLeaf
}

/** A tree as the drawing functions see it. */
export interface Outline {
  /** The last step as code, `.weight`; empty for the root. */
  readonly key: string
  readonly path: Path
  readonly value: unknown
  /** Whether it is drawn as one piece. */
  readonly isLeaf: boolean
  readonly children: readonly Outline[]
  /** The first path to the same object, where this is a later one. */
  readonly sameAs: Path | undefined
}

export function outline(tree: unknown, { depth = Number.POSITIVE_INFINITY, isLeaf }: OutlineOptions = {}): Outline {
  const view = viewOf(isLeaf)
  const firstPaths = new Map(findShared(tree).map(({ value, paths }) => [value, paths[0] as Path]))
  const build = (value: unknown, path: Path): Outline => {
    checkDepth(path.length, tree)
    const first = typeof value === 'object' && value !== null ? firstPaths.get(value) : undefined
    const type = path.length < depth ? view(value) : undefined
    const { aux, children } = type === undefined ? CLOSED : type.open(value as object)
    const keys = type === undefined ? [] : type.keys(aux, children.length)
    return {
      key: path.length === 0 ? '' : printKey(path.at(-1) as Path[number]),
      path,
      value,
      isLeaf: children.length === 0,
      children: children.map((child, i) => build(child, [...path, keys[i] as Path[number]])),
      sameAs: first === path || first === undefined || samePath(first, path) ? undefined : first,
    }
  }
  return build(tree, [])
}

const CLOSED = { aux: [], children: [] }

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((key, i) => sameKey(key, b[i] as Path[number]))
}

/** What kind of thing a value is: `f32[2,3]`, `number`, `Linear`, `Array`; hidden ones with a `#`. */
export function typeName(value: unknown): string {
  if (isMasked(value)) return `#${typeName(value[MASKED])}`
  const info = arrayInfo(value)
  if (info !== undefined)
    return info.isTracer ? `${(value as object).constructor.name}(${printShape(info)})` : printShape(info)
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  return value.constructor?.name ?? 'Object'
}
