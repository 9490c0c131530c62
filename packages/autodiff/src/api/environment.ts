import { getBackend } from '../backends.ts'
import { config } from '../config.ts'

const runtime = (): string => {
  const { process, navigator } = globalThis as {
    readonly process?: { readonly version?: string; readonly platform?: string; readonly arch?: string }
    readonly navigator?: { readonly userAgent?: string }
  }
  if (process?.version !== undefined) return `Node ${process.version} on ${process.platform} ${process.arch}`
  return navigator?.userAgent ?? 'unknown'
}

/**
 * What a report of a bug should say: the runtime, the backend that computes with its dtypes, and the switches.
 *
 * @param options `returnString` gives the text back instead of printing it
 * @example printEnvironmentInfo()
 */
export function printEnvironmentInfo(options: { readonly returnString: true }): string
export function printEnvironmentInfo(options?: { readonly returnString?: false }): undefined
export function printEnvironmentInfo({
  returnString = false,
}: {
  readonly returnString?: boolean
} = {}): string | undefined {
  const { name, dtypes } = getBackend()
  const switches = Object.entries(config).filter(([, value]) => typeof value !== 'function')
  const text = [
    `runtime: ${runtime()}`,
    `backend: ${name} (${[...dtypes].join(', ')})`,
    `config: ${switches.map(([key, value]) => `${key}=${String(value)}`).join(', ')}`,
  ].join('\n')
  if (returnString) return text
  console.log(text)
  return undefined
}
