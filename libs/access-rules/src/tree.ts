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

/** The same where of some leaves it is not known: undefined where the whole depends on them (Kleene's three-valued logic). */
export function truthOf<Leaf extends Kinded>(
  tree: Tree<Leaf>,
  truthOfLeaf: (leaf: Leaf) => boolean | undefined,
): boolean | undefined {
  if (isNegated(tree)) {
    const of = truthOf(tree.of, truthOfLeaf);
    return of === undefined ? undefined : !of;
  }
  if (!isJoined(tree)) return truthOfLeaf(tree);
  const decisive = tree.kind === 'or';
  const parts = tree.of.map((part) => truthOf(part, truthOfLeaf));
  if (parts.includes(decisive)) return decisive;
  return parts.includes(undefined) ? undefined : !decisive;
}
