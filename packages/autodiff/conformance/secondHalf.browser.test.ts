import { webgl } from '@proj/backend-gpu'
import { askOn } from './webgl.ts'

await askOn(webgl, { part: 1, of: 2 })
