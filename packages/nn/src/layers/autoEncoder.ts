import { type NDArray, random } from '@proj/autodiff'
import { TreeClass } from '@proj/tree'
import { type Activation, identity } from '../functions/activation.ts'
import { sharing } from '../sharing.ts'
import { Linear } from './linear.ts'

export interface AutoEncoderOptions {
  readonly key: NDArray
  /** Of an example, of the hidden layer, of the code. Default `[1, 10, 20]`. */
  readonly sizes?: readonly [input: number, hidden: number, code: number]
  /** After every layer but the last. Default `identity`. */
  readonly activation?: Activation
}

/**
 * Two layers down to a code and two back. Called tied, the decoder uses the encoder's weights, transposed.
 *
 * @example new AutoEncoder({ key: random.PRNGKey(0) }).tiedCall(np.ones([1])) // f32[1]
 *
 * Source: sepes, "Sharing/Tie weights".
 */
export class AutoEncoder extends TreeClass {
  enc1: Linear
  enc2: Linear
  dec2: Linear
  dec1: Linear
  activation: Activation

  constructor({ key, sizes = [1, 10, 20], activation = identity }: AutoEncoderOptions) {
    super()
    const [input, hidden, code] = sizes
    const [k1, k2, k3, k4] = random.split(key, 4)
    this.enc1 = new Linear(input, hidden, { key: k1 })
    this.enc2 = new Linear(hidden, code, { key: k2 })
    this.dec2 = new Linear(code, hidden, { key: k3 })
    this.dec1 = new Linear(hidden, input, { key: k4 })
    this.activation = activation
  }

  /** With the decoder's weights tied to the encoder's: `f32[input]` to `f32[input]`. */
  @sharing
  tiedCall(x: NDArray): NDArray {
    this.dec1.weight = this.enc1.weight.T
    this.dec2.weight = this.enc2.weight.T
    return this.nonTiedCall(x)
  }

  /** With weights of their own: `f32[input]` to `f32[input]`. */
  nonTiedCall(x: NDArray): NDArray {
    const code = this.activation(this.enc2.call(this.activation(this.enc1.call(x))))
    return this.dec1.call(this.activation(this.dec2.call(code)))
  }
}
