import { collectives } from './collectives.ts'
import { control } from './control.ts'
import { models } from './models.ts'
import { pieces } from './pieces.ts'
import type { Programs } from './program.ts'
import { transforming } from './transforming.ts'

/** Every program by its name, under the fixture that has JAX's answers. */
export const programs: { readonly [fixture: string]: Programs } = { control, collectives, transforming, pieces, models }
