import { costOf } from './cost.ts'
import { type ProgramName, programs } from './programs.ts'

// One program in a process of its own, so that it begins cold: `one.ts NAME SIZE` prints its cost as JSON.

const [name, size] = process.argv.slice(2)
console.log(JSON.stringify(costOf(programs[name as ProgramName], Number(size))))
