import { type Extent, extentOf, type GpuDType } from '../layout.ts'
import type { DeviceLimits, Format, Pass, Slot } from '../pass.ts'
import { elementOf, texelAt } from './index.ts'
import { libraryFor } from './library.ts'
import { Scope } from './scope.ts'
import { fromTexel, glsl, indent, toOutput } from './text.ts'

const header = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp isampler2D;
precision highp usampler2D;`

const samplerOf = (format: Format): string => (format === 'packed' ? 'sampler2D' : glsl[format].sampler)

const outTypeOf = (format: Format): string => (format === 'packed' ? 'vec4' : glsl[format].out)

/**
 * A fragment shader in the making. In its `main`, `p` is the texel being computed and `i` the number of its element.
 */
export class Shader {
  readonly main = new Scope()
  readonly extent: Extent
  readonly #limits: DeviceLimits
  readonly #texels: number
  readonly #inputs: Slot[] = []

  /** @param texels how many each output has */
  constructor(texels: number, limits: DeviceLimits) {
    this.#texels = texels
    this.#limits = limits
    this.extent = extentOf(texels, limits.textureSize)
  }

  /** Whether element `i` of `slot` lies at `p`. */
  liesAlike(slot: Slot): boolean {
    return extentOf(slot.texels, this.#limits.textureSize).rowBits === this.extent.rowBits
  }

  /** A fetch of the texel at `coordinate`, all four channels. */
  texel(slot: Slot, coordinate: string): string {
    let unit = this.#inputs.indexOf(slot)
    if (unit < 0) unit = this.#inputs.push(slot) - 1
    return `texelFetch(s${unit}, ${coordinate}, 0)`
  }

  /** Where texel number `index` of `slot` lies. */
  coordinate(slot: Slot, index: string): string {
    const { rowBits, height } = extentOf(slot.texels, this.#limits.textureSize)
    return texelAt(index, rowBits, height === 1)
  }

  /** The element of `slot` that lies at `coordinate`. */
  element(slot: Slot & { readonly format: GpuDType }, coordinate: string): string {
    return fromTexel(slot.format, this.texel(slot, coordinate))
  }

  /** Leaves a fragment beyond the last element early: for shaders with work worth saving. */
  skipRest(): void {
    const { width, height } = this.extent
    if (height > 1 && width * height > this.#texels) this.main.lines.push(`if (i >= ${this.#texels}) return;`)
  }

  /** @param values of each output, in the order of `outputs`; a packed one is a `vec4` */
  finish(label: string, outputs: readonly Slot[], values: readonly string[]): Pass {
    const stores = outputs.map(({ format }, k) => {
      const value = values[k] as string
      return `o${k} = ${format === 'packed' ? value : toOutput(format, value)};`
    })
    const { rowBits, height } = this.extent
    const body = [...this.main.lines, ...stores]
    const needs = (name: string) => body.some((line) => new RegExp(`\\b${name}\\b`).test(line))
    if (needs('i')) body.unshift(`int i = ${elementOf('p', rowBits, height === 1)};`)
    if (needs('p')) body.unshift('ivec2 p = ivec2(gl_FragCoord.xy);')
    const source = [
      header,
      ...this.#inputs.map(({ format }, k) => `uniform ${samplerOf(format)} s${k};`),
      ...outputs.map(({ format }, k) => `layout(location = ${k}) out ${outTypeOf(format)} o${k};`),
      libraryFor(body.join('\n')),
      'void main() {',
      ...indent(body),
      '}',
    ]
    return { label, source: source.filter((line) => line !== '').join('\n'), inputs: this.#inputs, outputs }
  }
}
