// Importing this module moves everything to the GPU; it is the one module of the package that works on import.
import { setBackend } from '@proj/autodiff'
import { webgl } from '@proj/backend-gpu'

await setBackend(webgl())
