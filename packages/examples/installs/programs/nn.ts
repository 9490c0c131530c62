import { grad, jit, type NDArray, numpy as np, random, vmap } from '@proj/autodiff'
import { AutoEncoder } from '@proj/nn'
import { treeMask, treeRepr, treeUnmask } from '@proj/tree'

const loss = (net: AutoEncoder, x: NDArray, y: NDArray): NDArray => {
  const model = treeUnmask(net)
  return vmap((row: NDArray) => model.tiedCall(row))(x)
    .sub(y)
    .square()
    .mean()
}
const net = treeMask(new AutoEncoder({ key: random.PRNGKey(0) }))
console.log(treeRepr(jit(grad(loss))(net, np.ones([10, 1]), np.full([10, 1], 2)).dec1.bias))
