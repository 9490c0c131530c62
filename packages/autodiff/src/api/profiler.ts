// The public list of the namespace `profiler`.
export { annotateFunction, profile as trace, startTrace, stopTrace, TraceAnnotation } from './profile.ts'
