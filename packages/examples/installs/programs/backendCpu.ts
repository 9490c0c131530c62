import { makeAval } from '@proj/backend'
import { cpu } from '@proj/backend-cpu'

const backend = cpu()
console.log(backend.name, await backend.get(backend.put(Float32Array.of(1, 2), makeAval([2], 'float32'))))
