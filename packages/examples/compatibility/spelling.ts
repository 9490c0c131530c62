import type { JaxName } from './names.ts'

/** Where each JAX module's names are looked for, in order: a package, or a namespace inside one. */
const homes: { readonly [module: string]: readonly string[] } = {
  jax: ['autodiff', 'tree', 'autodiff.config'],
  'jax.lax': ['autodiff.lax', 'autodiff.lax.linalg', 'autodiff'],
  'jax.numpy': ['autodiff.numpy'],
  'jax.numpy.linalg': ['autodiff.numpy.linalg'],
  'jax.numpy.fft': ['autodiff.numpy.fft'],
  'jax.random': ['autodiff.random'],
  'jax.nn': ['nn.nn'],
  'jax.nn.initializers': ['nn.init'],
  'jax.tree': ['tree.tree'],
  'jax.tree_util': ['tree', 'tree.tree'],
  'jax.scipy.special': ['autodiff.scipy.special'],
  'jax.scipy.linalg': ['autodiff.scipy.linalg'],
  'jax.scipy.signal': ['autodiff.scipy.signal'],
  'jax.scipy.stats': ['autodiff.scipy.stats'],
  'jax.image': ['autodiff.image'],
  'jax.ops': ['autodiff.ops'],
  'jax.checkpoint_policies': ['autodiff.checkpointPolicies'],
  'jax.ad_checkpoint': ['autodiff'],
  'jax.debug': ['autodiff.debug'],
  'jax.custom_batching': ['autodiff'],
  'jax.dtypes': ['autodiff.numpy'],
  'jax.profiler': ['autodiff'],
}

/** Names that are spelled otherwise than camelCase makes them. */
const spelled: { readonly [jax: string]: string } = {
  'jax.Array': 'autodiff.NDArray',
  'jax.jacobian': 'autodiff.jacrev',
  'jax.remat': 'autodiff.checkpoint',
  'jax.device_put': 'autodiff.setBackend',
  'jax.default_backend': 'autodiff.getBackend',
  'jax.tree_util.PyTreeDef': 'tree.TreeDef',
  'jax.tree_util.KeyEntry': 'tree.Key',
  'jax.tree_util.KeyPath': 'tree.Path',
  'jax.tree_util.keystr': 'tree.printPath',
  'jax.tree_util.tree_flatten_with_path': 'tree.tree.leavesWithPath',
  'jax.tree.flatten_with_path': 'tree.tree.leavesWithPath',
  'jax.numpy.ndarray': 'autodiff.NDArray',
  'jax.numpy.dtype': 'autodiff.DType',
  'jax.dtypes.canonicalize_dtype': 'autodiff.numpy.promoteTypes',
}

/** What is not here, and why. */
export const absences: { readonly [jax: string]: string } = {}

const camel = (name: string): string =>
  name.replace(/_+([a-zA-Z0-9])/g, (_, char: string) => char.toUpperCase()).replace(/_$/, '')

/** Where a JAX name may be found, best first. */
export function candidates({ module, name }: JaxName): readonly string[] {
  const own = spelled[`${module}.${name}`]
  if (own !== undefined) return [own]
  const bare = module === 'jax.tree_util' ? name.replace(/^tree_/, '') : name
  const spellings = [...new Set([name, camel(name), camel(bare)])]
  return (homes[module] ?? []).flatMap((home) => spellings.map((spelling) => `${home}.${spelling}`))
}
