/** Leaves joined by `not`, `and` and `or`, which bind in this order. */
export type Tree<Leaf> = Joined<Leaf> | Negated<Leaf> | Leaf;

export interface Joined<Leaf> {
  readonly kind: 'and' | 'or';
  readonly of: readonly Tree<Leaf>[];
}

export interface Negated<Leaf> {
  readonly kind: 'not';
  readonly of: Tree<Leaf>;
}

type Kinded = { readonly kind: string };

export function isJoined<Leaf extends Kinded>(tree: Tree<Leaf>): tree is Joined<Leaf> {
  return tree.kind === 'and' || tree.kind === 'or';
}

export function isNegated<Leaf extends Kinded>(tree: Tree<Leaf>): tree is Negated<Leaf> {
  return tree.kind === 'not';
}

/** Whether a tree is true, given which leaves are. Looks at no more leaves than it needs. */
export function isTrue<Leaf extends Kinded>(tree: Tree<Leaf>, leafIsTrue: (leaf: Leaf) => boolean): boolean {
  if (isNegated(tree)) return !isTrue(tree.of, leafIsTrue);
  if (!isJoined(tree)) return leafIsTrue(tree);
  const isPartTrue = (part: Tree<Leaf>): boolean => isTrue(part, leafIsTrue);
  return tree.kind === 'and' ? tree.of.every(isPartTrue) : tree.of.some(isPartTrue);
}

export function leavesOf<Leaf extends Kinded>(tree: Tree<Leaf>): Leaf[] {
  if (isNegated(tree)) return leavesOf(tree.of);
  return isJoined(tree) ? tree.of.flatMap((part) => leavesOf(part)) : [tree];
}
