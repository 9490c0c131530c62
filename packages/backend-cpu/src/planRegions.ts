import { type Jaxpr, joinRows, type Plan, planJaxpr } from '@proj/backend'

/** The loop nests of a Jaxpr that is cleaned up. */
export const planRegions = (jaxpr: Jaxpr): Plan => joinRows(planJaxpr(jaxpr))
