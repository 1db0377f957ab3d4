import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * Issues of which none is "fits none of several shapes": such a one becomes the issues of the shape that the value is closest to, which
 * is the one of its kind (text, list, mapping); where there is none, one that names every kind that may stand there.
 */
export function settleUnions(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    if (issue.code !== 'invalid_union') return [issue];
    const shapes: Issue[][] = issue.errors.map((shape) => settleUnions(shape));
    const closest = shapes.find((shape) => shape.every((one) => one.path.length > 0 || !isOfKind(one)));
    const chosen = closest ?? [kindsOf(shapes)];
    return chosen.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
  });
}

function isOfKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

/** `expected` is then several kinds, with a blank between. */
function kindsOf(shapes: readonly Issue[][]): Issue {
  const kinds = shapes.flatMap(([first]) =>
    first?.code === 'invalid_type' ? [first.expected] : first?.code === 'invalid_value' ? ['boolean'] : [],
  );
  return { code: 'invalid_type', expected: kinds.join(' ') as never, path: [], message: '' } as Issue;
}
