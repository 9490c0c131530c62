import {
  type Aval,
  type Backend,
  type CompileOptions,
  cleanUp,
  type DType,
  type Eqn,
  formatAval,
  type Jaxpr,
  planJaxpr,
  type TypedArray,
  UnsupportedOp,
} from '@proj/backend'
import { Buffers, type GpuBuffer } from './buffers.ts'
import { Device } from './device.ts'
import { GpuExecutable } from './executable.ts'
import { gpuDTypes, isGpuDType } from './layout.ts'
import { passesOf } from './plan/passes.ts'
import { Programs } from './programs.ts'
import { type MemoryStats, TexturePool } from './texturePool.ts'
import { tfjsContext } from './tfjs.ts'

export interface WebglOptions {
  /** Bytes of textures kept for reuse after the arrays in them are gone. Default 256 MiB. */
  readonly keepBytes?: number
}

export interface WebglStats extends MemoryStats {
  /** Compiled and cached. */
  readonly programs: number
}

/** Samplers kept free for what a pass reads beside a region's operands: the parts of a packed product. */
const reserved = 4
/** A shader's length beyond which drivers compile slowly. */
const stepsInRegion = 64

/** Jaxprs compiled to fragment shaders. */
export class WebglBackend implements Backend<GpuBuffer> {
  readonly name = 'webgl'
  readonly dtypes: ReadonlySet<DType> = gpuDTypes
  readonly #device: Device
  readonly #buffers: Buffers
  readonly #programs: Programs

  /** @internal Use `webgl()`. */
  constructor(gl: WebGL2RenderingContext, { keepBytes = 2 ** 28 }: WebglOptions) {
    this.#device = new Device(gl)
    this.#buffers = new Buffers(this.#device, new TexturePool(this.#device, keepBytes))
    this.#programs = new Programs(this.#device)
  }

  put(data: TypedArray, aval: Aval): GpuBuffer {
    return this.#buffers.put(data, aval)
  }

  get(buffer: GpuBuffer): Promise<TypedArray> {
    return this.#buffers.get(buffer)
  }

  getSync(buffer: GpuBuffer): TypedArray {
    return this.#buffers.getSync(buffer)
  }

  free(buffer: GpuBuffer): void {
    this.#buffers.free(buffer)
  }

  compile(jaxpr: Jaxpr, { name = 'jaxpr' }: CompileOptions = {}): GpuExecutable {
    this.#device.check('compile')
    const clean = cleanUp(jaxpr)
    checkDTypes(clean)
    const { limits } = this.#device
    const plan = planJaxpr(clean, { reads: limits.samplers - reserved, steps: stepsInRegion })
    return new GpuExecutable(name, passesOf(plan, limits), this.#device, this.#buffers, this.#programs)
  }

  /** Memory of the device and programs, as of now. */
  stats(): WebglStats {
    return { ...this.#buffers.stats(), programs: this.#programs.size }
  }
}

const remedy = 'cast to float32, int32, uint32 or bool, or run this function on the cpu backend'

function checkDTypes(jaxpr: Jaxpr): void {
  const check = (where: string, avals: readonly Aval[]) => {
    if (avals.every((aval) => isGpuDType(aval.dtype))) return
    throw new UnsupportedOp(`${where} on webgl`, `no lowering for ${avals.map(formatAval).join(', ')}`, remedy)
  }
  for (const input of jaxpr.inputs) check('input', [input.aval])
  const avalsOf = ({ inputs, outputs }: Eqn) => [...inputs, ...outputs].map((atom) => atom.aval)
  for (const eqn of jaxpr.eqns) check(eqn.op, avalsOf(eqn))
  for (const output of jaxpr.outputs) check('output', [output.aval])
}

/**
 * The backend on WebGL2, in the context of tfjs's. Dtypes: float32, int32, uint32, bool.
 *
 * @throws {BackendError} where there is no WebGL2 (plain Node), or one that cannot draw to float textures
 * @example await setBackend(webgl())
 */
export async function webgl(options: WebglOptions = {}): Promise<WebglBackend> {
  return new WebglBackend(await tfjsContext(), options)
}
