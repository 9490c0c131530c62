import { type DType, dtypes } from '../dtype.ts'
import { type Family, families, type OpName, opNames } from '../ops.ts'
import { Random, randomData } from './random.ts'
import { type RandomJaxpr, type RandomJaxprOptions, randomJaxpr } from './randomJaxpr.ts'
import { rowProgram } from './rowProgram.ts'
import { ulps } from './tolerances.ts'
import { aliasesOf, type Trial } from './trial.ts'

const runnable = opNames.filter((op) => families[op] !== 'collective')

const ofFamilies = (...names: readonly Family[]): readonly OpName[] =>
  runnable.filter((op) => names.includes(families[op]))

const exact = runnable.filter((op) => ulps[op] === 0)
const cheap = ofFamilies('elementwise', 'movement', 'reduce').filter((op) => op !== 'erfInv')

const contractions = ofFamilies('dot', 'window')
const loops = ofFamilies('control')

/** What a program is mostly about; twice is twice as often. */
const themes: readonly (readonly OpName[])[] = [
  runnable,
  runnable,
  exact,
  ofFamilies('elementwise', 'movement'),
  ofFamilies('elementwise', 'movement', 'reduce'),
  [...contractions, ...contractions, ...ofFamilies('movement'), 'add', 'max', 'tanh', 'mul', 'reduceSum'],
  [...ofFamilies('whole', 'movement'), 'add', 'select', 'iota', 'convertElementType'],
  [
    ...loops,
    ...loops,
    ...ofFamilies('movement'),
    'add',
    'sub',
    'max',
    'mul',
    'reduceSum',
    'dynamicSlice',
    'dynamicUpdateSlice',
    'jit',
  ],
]

const all = Object.keys(dtypes) as DType[]

function randomDtypes(random: Random): readonly DType[] {
  if (random.chance(0.4)) return all
  const some = random.shuffled(all).slice(0, random.between(1, 3))
  return random.chance(0.7) ? [...new Set<DType>([...some, 'float32', 'int32', 'bool'])] : some
}

function options(random: Random, seed: number): RandomJaxprOptions {
  const nonFinite = random.chance(0.4)
  if (random.chance(0.05)) {
    const size = random.between(1, 6)
    return {
      seed,
      size,
      nonFinite,
      dtypes: randomDtypes(random),
      ops: [...cheap, 'dotGeneral', 'gather', 'sort', 'cumulative'],
      maxElements: random.chance(0.7) ? 9_300 : 20_100,
    }
  }
  return {
    seed,
    size: random.between(1, random.pick([6, 12, 24])),
    nonFinite,
    dtypes: randomDtypes(random),
    ops: random.pick(themes),
    maxElements: 200,
  }
}

/** Of so many programs, one goes to and fro between rows and what is reduced of them, which equations drawn one by one hardly ever do. */
const oneOnRows = 8

function onRows(random: Random, nonFinite: boolean): RandomJaxpr {
  const dtype = random.chance(0.4) ? 'float32' : random.pick(all)
  const jaxpr = rowProgram(random, { dtype, maxElements: random.chance(0.1) ? 20_000 : 1000 })
  return { jaxpr, inputs: jaxpr.inputs.map(({ aval }) => randomData(random, aval, nonFinite)) }
}

/** A random program with arrays to run it on, the same for the same seed. */
export function randomTrial(seed: number): Trial {
  const random = new Random(seed)
  const { nonFinite = false, ...rest } = options(random, seed)
  const { jaxpr, inputs } = seed % oneOnRows === 0 ? onRows(random, nonFinite) : randomJaxpr({ ...rest, nonFinite })
  const aliases = aliasesOf(jaxpr, () => random.chance(0.3))
  const others = jaxpr.inputs.map(({ aval }) => randomData(random, aval, nonFinite))
  const second = others.map((data, i) => others[aliases[i] as number] ?? data)
  const donated = new Set(random.some(jaxpr.inputs.map((_, i) => i)))
  return { jaxpr, calls: [inputs, second], aliases, donated }
}
