import { type Aval, formatAval } from './aval.ts'
import { bodiesOf, isJaxpr } from './bodies.ts'
import { dtypes, isFloat } from './dtype.ts'
import { type Atom, type Eqn, isVar, type Jaxpr, type Literal, type Var } from './jaxpr.ts'

const width = 80

/** a, b … z, ba, bb …: the order of definition written in base 26, as JAX does. */
function nameOf(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26))
  return index < 26 ? letter : nameOf(Math.floor(index / 26)) + letter
}

function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return Object.is(value, -0) ? '-0' : String(value)
}

function formatNumber(value: number, aval: Aval): string {
  if (dtypes[aval.dtype].kind === 'bool') return value === 0 ? 'False' : 'True'
  const text = formatValue(value)
  if (!Number.isFinite(value)) return text
  return isFloat(aval.dtype) && Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text
}

export const formatLiteral = ({ value, aval }: Literal): string => `${formatNumber(value, aval)}:${formatAval(aval)}`

/** As Python prints tuples, so that text can be laid beside JAX's. */
const tuple = (items: readonly string[]): string => (items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`)

const indent = (text: string, by: string): string => text.replaceAll('\n', `\n${by}`)

class Printer {
  private readonly names = new Map<Var, string>()
  private readonly used = new Set<Var>()

  constructor(jaxpr: Jaxpr) {
    for (const eqn of jaxpr.eqns) for (const atom of eqn.inputs) if (isVar(atom)) this.used.add(atom)
    for (const atom of jaxpr.outputs) if (isVar(atom)) this.used.add(atom)
    for (const input of jaxpr.inputs) this.used.add(input)
  }

  name(variable: Var): string {
    if (!this.used.has(variable)) return '_'
    let name = this.names.get(variable)
    if (name === undefined) this.names.set(variable, (name = nameOf(this.names.size)))
    return name
  }

  atom(atom: Atom): string {
    return isVar(atom) ? this.name(atom) : formatLiteral(atom)
  }

  binders(variables: readonly Var[]): string {
    return variables.map((variable) => `${this.name(variable)}:${formatAval(variable.aval)}`).join(' ')
  }

  eqn({ op, params, inputs, outputs }: Eqn): string {
    const operands = inputs.map((atom) => ` ${this.atom(atom)}`).join('')
    return `${this.binders(outputs)} = ${op}${formatParams(params)}${operands}`
  }
}

const isAval = (value: object): value is Aval => 'shape' in value && 'dtype' in value && 'weakType' in value

/** Rules, policies: what is more than data is only named. */
const isOpaque = (value: object): boolean =>
  typeof value === 'function' || Object.values(value).some((item) => typeof item === 'function')

function formatParam(value: unknown): string {
  if (typeof value === 'number') return formatValue(value)
  if (typeof value === 'function') return `<function ${value.name || 'anonymous'}>`
  if (typeof value !== 'object' || value === null) return String(value)
  if (isJaxpr(value)) return formatJaxpr(value)
  if (Array.isArray(value)) return tuple(value.map(formatParam))
  if (isAval(value)) return formatAval(value)
  if (isOpaque(value)) return `<${value.constructor?.name ?? 'Object'}>`
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}=${formatParam(item)}`)
    .join(' ')}}`
}

function formatParams(params: object): string {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined)
  const parts = entries.map(([key, value]) => `${key}=${formatParam(value)}`)
  if (parts.length === 0) return ''
  if (bodiesOf(params).length === 0) return `[${parts.join(' ')}]`
  return `[\n${parts.map((part) => `  ${indent(part, '  ')}`).join('\n')}\n]`
}

/** An op with its parameters, as in a Jaxpr: `reduceSum[axes=(0,)]`. */
export const formatOp = ({ op, params }: Pick<Eqn, 'op' | 'params'>): string => op + formatParams(params)

/**
 * The textual form, in JAX's style: on one line if it is short, otherwise a line for each equation; results nobody uses are `_`.
 *
 * @example formatJaxpr(jaxpr) // { lambda ; a:f32[2]. let b:f32[2] = sin a in (b,) }
 */
export function formatJaxpr(jaxpr: Jaxpr): string {
  const printer = new Printer(jaxpr)
  const head = `{ lambda ; ${printer.binders(jaxpr.inputs)}. let`
  const eqns = jaxpr.eqns.map((eqn) => printer.eqn(eqn))
  const tail = `in ${tuple(jaxpr.outputs.map((atom) => printer.atom(atom)))} }`
  const line = `${head} ${eqns.join('')} ${tail}`
  if (eqns.length <= 1 && line.length <= width && !line.includes('\n')) return line
  return `${head}\n${eqns.map((eqn) => `    ${indent(eqn, '    ')}\n`).join('')}  ${tail}`
}
