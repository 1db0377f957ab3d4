/**
 * SQL that holds for every row, and tells PostgreSQL that rows which came as a parameter are few. It takes a hundred for granted of a function that
 * gives rows, and while nothing was analysed yet, as in a database's first minutes, it would read a whole table to find one of them, and go on
 * so as long as the plan is kept. A range on something of which it knows nothing counts for one row in two hundred (DEFAULT_RANGE_INEQ_SEL, selfuncs.h).
 * @param column of type uuid, never null
 */
export function fewRows(column: string): string {
  return `${column} between '00000000-0000-0000-0000-000000000000' and 'ffffffff-ffff-ffff-ffff-ffffffffffff'`;
}
