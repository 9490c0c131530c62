import { AxisNameError, formatAval, infer, type OpName, type Params } from '@proj/backend'
import { TreeError } from '@proj/tree'
import { formatArray, isTracer, type NDArray } from './array.ts'
import { DTypeError, OptionError, ShapeError, TransformError } from './errors.ts'

// What is added to an error while a transform runs: where operands were made, the line that failed, and the transforms around it.
// All of it is found when something is thrown: code that fails nowhere pays nothing.

/** Refusals of what the user passed; other errors speak for themselves. */
const refusals = [ShapeError, DTypeError, TransformError, OptionError, AxisNameError, TreeError]
const isRefusal = (error: unknown): error is Error => refusals.some((kind) => error instanceof kind)

/** What is known of a refusal besides what was first said. */
interface Context {
  /** The message without this context. */
  said: string
  line: string | undefined
  /** Innermost first. */
  readonly transforms: string[]
}

const contexts = new WeakMap<Error, Context>()

function contextOf(error: Error): Context {
  let context = contexts.get(error)
  if (context === undefined) {
    const { stack } = error.cause instanceof Error ? error.cause : error
    context = { said: error.message, line: userLine(stack), transforms: [] }
    contexts.set(error, context)
  }
  return context
}

/**
 * An op's refusal of operands that are traced: about them, not about what a transform made of them, and with the lines where they were made.
 */
export function explainOp(error: unknown, op: OpName, operands: readonly NDArray[], params: Params<OpName>): unknown {
  const own = isRefusal(error) && operands.some(isTracer) ? refusalOf(op, operands, params) : undefined
  if (own === undefined) return error
  const context = contextOf(own)
  context.said = withOrigins(context.said, operands)
  context.line ??= userLine(new Error().stack)
  amend(own, context)
  return own
}

/** What the op's shape rule says of these operands, if it refuses them. */
function refusalOf(op: OpName, operands: readonly NDArray[], params: Params<OpName>): Error | undefined {
  try {
    infer(
      op,
      operands.map((x) => x.aval),
      params,
    )
  } catch (error) {
    if (isRefusal(error)) return error
  }
  return undefined
}

/** `f32[2]` becomes `f32[2] (made by sin at …)` where a message has the types of tracers, unless it does not tell which of several is meant. */
function withOrigins(message: string, operands: readonly NDArray[]): string {
  const types = operands.map((x) => formatAval(x.aval))
  return [...new Set(types)].reduce((text, type) => {
    const alike = operands.filter((_, i) => types[i] === type)
    const [first, ...others] = text.split(type)
    if (others.length < alike.length) return text
    return first + others.map((part, i) => (alike[i] === undefined ? type : formatArray(alike[i])) + part).join('')
  }, message)
}

/** An error that left a function of the user's while `transform` traced it. */
export function explainTraced(error: unknown, transform: string, name: string): unknown {
  if (!isRefusal(error)) return error
  const context = contextOf(error)
  context.transforms.push(name === '' ? transform : `${transform}(${name})`)
  amend(error, context)
  return error
}

/** Says it all in the message, and in the stack, which begins with the message. */
function amend(error: Error, { said, line, transforms }: Context): void {
  const before = error.message
  const [innermost, ...outer] = transforms
  const facts = [
    ...(line === undefined ? [] : [`at ${line}`]),
    ...(innermost === undefined ? [] : [`while ${innermost} traces the function`]),
    ...outer.map((transform) => `inside ${transform}`),
  ]
  const text = facts.join(', ')
  error.message = innermost === undefined ? said : `${said} ${text.charAt(0).toUpperCase()}${text.slice(1)}.`
  if (error.stack !== undefined) error.stack = error.stack.replace(before, () => error.message)
}

const ownFiles =
  /@proj[/\\+_]|\.vite[/\\]deps|packages[/\\](autodiff|backend|tree|nn)[^/\\]*[/\\](src|dist)[/\\](?!.*\.test\.)|node:internal/
const isFrame = /:\d+:\d+\)?$/

/** The innermost line of a stack that is not in these packages. */
export const userLine = (stack = ''): string | undefined =>
  stack
    .split('\n')
    .slice(1)
    .find((frame) => isFrame.test(frame) && !ownFiles.test(frame))
    ?.trim()
    .replace(/^at /, '')
