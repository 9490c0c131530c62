import { grad, type NDArray, random } from '@proj/autodiff'
import * as np from '@proj/autodiff/numpy'

const gradient: NDArray = grad((x: NDArray) => x.mul(x).sum())(np.array([1, 2]))
console.log(gradient.arraySync(), random.uniform(random.PRNGKey(0), [2]).shape)
