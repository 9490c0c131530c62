import { condBatch, condJvp, condPartial, condTranspose } from './cond.ts'
import { family } from './rules.ts'
import { scanBatch, scanJvp, scanPartial, scanTranspose } from './scan.ts'
import { whileBatch, whileJvp, whilePartial, whileTranspose } from './whileLoop.ts'

export const control = family({
  scan: { jvp: scanJvp, transpose: scanTranspose, batch: scanBatch, partial: scanPartial },
  while: { jvp: whileJvp, transpose: whileTranspose, batch: whileBatch, partial: whilePartial },
  cond: { jvp: condJvp, transpose: condTranspose, batch: condBatch, partial: condPartial },
})
