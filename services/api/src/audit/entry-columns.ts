/** The columns of an entry `e` of `audit_entries`, as the one who seals and the one who verifies must both see them. */
export const entryColumns = `e.id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, e.kind, e.about, e.step, e.content`;
