import { askOnWebgl } from './webgl.ts'

await askOnWebgl({ part: 1, of: 2 })
