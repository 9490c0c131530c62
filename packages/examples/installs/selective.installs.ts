import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Project, pack, type Tarballs } from './project.ts'

const ours = ['tree', 'backend', 'backend-cpu', 'backend-gpu', 'autodiff', 'nn'].map((name) => `@proj/${name}`)

/** What is asked for, every package that this brings, and what a program that uses it prints. */
const cases = [
  { asked: 'tree', brings: ['tree'], program: 'tree.ts', prints: 'Point(x=2, y=4)' },
  { asked: 'backend', brings: ['backend'], program: 'backend.ts', prints: 'function function function [ 3 ]' },
  {
    asked: 'backend-cpu',
    brings: ['backend', 'backend-cpu'],
    program: 'backendCpu.ts',
    prints: 'cpu Float32Array(2) [ 1, 2 ]',
  },
  {
    asked: 'autodiff',
    brings: ['autodiff', 'backend', 'backend-cpu', 'tree'],
    program: 'autodiff.ts',
    prints: '[ 2, 4 ] [ 2 ]',
  },
  {
    asked: 'nn',
    brings: ['autodiff', 'backend', 'backend-cpu', 'nn', 'tree'],
    program: 'nn.ts',
    // From JAX, as in the example `sharing`.
    prints: 'f32[1](μ=469.07, σ=0.00, ∈[469.07,469.07])',
  },
]

let folder = ''
let tarballs: Tarballs = {}
let project: Project

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'))
  tarballs = pack(ours, folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach(() => {
  project = new Project()
})
afterEach(() => project.remove())

describe.each(cases)('@proj/$asked in an empty project', ({ asked, brings, program, prints }) => {
  it('brings what it needs and nothing else, type-checks, and runs in plain Node', () => {
    project.install([`@proj/${asked}`], tarballs)
    expect(project.installed()).toEqual(brings.map((name) => `@proj/${name}`))
    project.check(program)
    expect(project.run(program)).toBe(prints)
  })
})

describe('@proj/nn with @proj/backend-gpu in an empty project', () => {
  it('brings tfjs, and says in plain Node that there is no WebGL', () => {
    project.install(['@proj/nn', '@proj/backend-gpu'], tarballs)
    expect(project.installed()).toEqual(
      expect.arrayContaining([...ours, '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgl']),
    )
    project.check('backendGpu.ts')
    expect(project.run('backendGpu.ts')).toBe('BackendError')
  })
})
