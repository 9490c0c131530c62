// The public list of `@proj/backend-cpu`.

export { cpu } from './cpu.ts'
