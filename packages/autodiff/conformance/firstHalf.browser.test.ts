import { askOnWebgl } from './webgl.ts'

await askOnWebgl({ part: 0, of: 2 })
