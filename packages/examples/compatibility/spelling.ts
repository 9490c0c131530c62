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
  'jax.profiler': ['autodiff.profiler'],
}

/** Names that are spelled otherwise than camelCase makes them. */
const spelled: { readonly [jax: string]: string } = {
  'jax.Array': 'autodiff.NDArray',
  'jax.jacobian': 'autodiff.jacrev',
  'jax.remat': 'autodiff.checkpoint',
  'jax.devices': 'autodiff.getBackend',
  'jax.default_device': 'autodiff.setBackend',
  'jax.default_backend': 'autodiff.getBackend',
  'jax.disable_jit': 'autodiff.withConfig',
  'jax.debug_nans': 'autodiff.withConfig',
  'jax.checking_leaks': 'autodiff.withConfig',
  'jax.log_compiles': 'autodiff.withConfig',
  'jax.explain_cache_misses': 'autodiff.withConfig',
  'jax.tree.static': 'tree.PytreeDataclassOptions',
  'jax.typeof': 'autodiff.typeOf',
  'jax.lax.DotDimensionNumbers': 'autodiff.lax.DotNumbers',
  'jax.lax.GatherScatterMode': 'autodiff.lax.IndexMode',
  'jax.tree_util.DictKey': 'tree.Key',
  'jax.tree_util.FlattenedIndexKey': 'tree.Key',
  'jax.tree_util.GetAttrKey': 'tree.Key',
  'jax.tree_util.SequenceKey': 'tree.Key',
  'jax.tree_util.flatten_one_level': 'tree.isLeaf',
  'jax.tree_util.flatten_one_level_with_keys': 'tree.isLeaf',
  'jax.tree_util.is_tree_node': 'tree.tree.allLeaves',
  'jax.tree_util.treedef_children': 'tree.TreeDef',
  'jax.tree_util.treedef_is_leaf': 'tree.TreeDef',
  'jax.tree_util.treedef_tuple': 'tree.tree.structure',
  'jax.tree_util.register_dataclass': 'tree.registerPytreeDataclass',
  'jax.tree_util.register_pytree_node_class': 'tree.registerPytreeNode',
  'jax.tree_util.register_pytree_with_keys': 'tree.registerPytreeNode',
  'jax.tree_util.register_pytree_with_keys_class': 'tree.registerPytreeNode',
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
export const absences: { readonly [jax: string]: string } = {
  'jax.Device': 'a device is a backend: `getBackend`',
  'jax.local_devices': 'a device is a backend: `getBackend`',
  'jax.device_count': 'a device is a backend, and there is one at a time',
  'jax.named_scope': '`namedCall` names a function in a program',
  'jax.fwd_and_bwd': '`vjp` gives both',
  'jax.float0': 'an integer has no tangent at all',
  'jax.live_arrays': 'memory is given back by itself',
  'jax.enable_x64': '`float64` is asked for by name',
  'jax.default_matmul_precision': 'products of floats are exact to their dtype',
  'jax.lax.DotAlgorithm': 'products of floats are exact to their dtype',
  'jax.lax.DotAlgorithmPreset': 'products of floats are exact to their dtype',
  'jax.numpy_dtype_promotion': 'the standard lattice is the only one',
  'jax.numpy_rank_promotion': 'ranks are promoted, as numpy does',
  'jax.debug_key_reuse': 'not built',
  'jax.numpy.int16': 'there is no such dtype',
  'jax.numpy.uint16': 'there is no such dtype',
  'jax.tree_util.default_registry': 'there is one registry, and no handle to it',
  'jax.debug.breakpoint': '`debugger` stops in the function while it is traced',
  'jax.default_prng_impl': 'threefry is the generator',
}

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
