/**
 * SQL: whether a run is more than one command on one relay, so that its result is not simply what its execution printed. One command that waited for
 * its turn, or was tried again, is `staged` in its row and is none of that.
 * @param r the name of `runs` in the statement
 */
export function severalSteps(r: string): string {
  return `(${r}.staged and (${r}.plan is null or jsonb_array_length(${r}.plan -> 'stages') > 1
    or ${r}.plan #>> '{stages,0,kind}' <> 'command' or ${r}.plan -> 'stages' -> 0 ? 'each'))`;
}
