import { conformance } from '@proj/backend/testing'
import { describe, it } from 'vitest'
import { webgl } from './gpu.ts'

const denormals =
  'the device takes numbers below 2^-126 for 0, as GLSL allows; large values are tested in shader/math/math.browser.test.ts'

conformance(await webgl(), {
  describe,
  it,
  exceptions: [
    {
      test: /^(sign|floor|ceil|sqrt|rsqrt|convertElementType|add|sub|mul|div|pow|atan2|eq|ne|lt|le|gt|ge) of float32 far values( {"newDtype":"bool"})?$/,
      reason: denormals,
    },
  ],
})
