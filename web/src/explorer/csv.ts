/** Tables as CSV (RFC 4180), as the server's exports have it. */

// What holds no letter or digit, such as the code ---, computes nothing.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠](?=.*[\p{L}\p{N}_])/su;

/** The text of a table, with CRLF behind each row. */
export function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

/** A cell; a text that a spreadsheet may run as a formula gets an apostrophe in front. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
