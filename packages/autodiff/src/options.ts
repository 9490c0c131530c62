import { OptionError } from './errors.ts'

/**
 * What JavaScript would pass over without a word: an option under a wrong name.
 *
 * @throws {OptionError} for a name that is not among `known`
 */
export function checkOptions<O extends object>(where: string, options: O, known: readonly (string & keyof O)[]): void {
  for (const name in options)
    if (!known.includes(name) && options[name] !== undefined)
      throw new OptionError(where, `there is no option ${name}`, `use ${known.join(', ')}`)
}
