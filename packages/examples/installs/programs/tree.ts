import { TreeClass, tree, treeRepr } from '@proj/tree'

class Point extends TreeClass {
  readonly x: number
  readonly y: number
  constructor(x: number, y: number) {
    super()
    this.x = x
    this.y = y
  }
}

console.log(treeRepr(tree.map((value: number) => 2 * value, new Point(1, 2))))
