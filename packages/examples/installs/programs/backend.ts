import { formatJaxpr, infer, JaxprBuilder, makeAval } from '@proj/backend'
import { conformance } from '@proj/backend/testing'

console.log(
  typeof conformance,
  typeof JaxprBuilder,
  typeof formatJaxpr,
  infer('sin', [makeAval([3], 'float32')], {})[0]?.shape,
)
