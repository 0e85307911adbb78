// What the table asks for, kept in the address: a reload, a bookmark and the way back show the same.

export const FILTERS = ["text", "subject", "ear", "stimulus", "status", "loss_type", "corrected", "upload"];
export const EVERYONE = "*"; // of each thing, the latest mark of anybody
export const MACHINE = "machine";
const PLACE = { sort: "created_at", order: "down", limit: "50", offset: "0", rater: EVERYONE };

/**
 * The query that an address names.
 * @param {Record<string, string>} parameters of the address
 * @returns {Record<string, string>}
 */
export function queryOf(parameters) {
  const query = { ...PLACE };
  for (const name of [...FILTERS, ...Object.keys(PLACE)]) {
    if (parameters[name]) query[name] = parameters[name];
  }
  return query;
}

/**
 * Write a query into the address, without leaving the view.
 * @param {Record<string, string>} query
 */
export function keep(query) {
  const said = Object.entries(query).filter(([name, value]) => value && value !== PLACE[name]);
  const text = new URLSearchParams(said).toString();
  history.replaceState(null, "", `#/table${text ? `?${text}` : ""}`);
}

/** A query as the API takes it, which has no word for a rater who is none. @param {Record<string, string>} query */
export function asked(query) {
  return { ...query, rater: query.rater === MACHINE ? null : query.rater };
}

/** The filters of a query, without order and page. @param {Record<string, string>} query */
export function filtersOf(query) {
  return Object.fromEntries(FILTERS.filter((name) => query[name]).map((name) => [name, query[name]]));
}
