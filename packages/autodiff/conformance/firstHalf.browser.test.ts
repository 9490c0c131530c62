import { webgl } from '@proj/backend-gpu'
import { askOn } from './webgl.ts'

await askOn(webgl, { part: 0, of: 2 })
