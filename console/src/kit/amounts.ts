/** Amounts are integers in a currency's minor unit; a currency without a fraction counts whole units. */
const WITHOUT_FRACTION = new Set(["JPY", "KRW", "VND", "CLP", "ISK"]);
const formats = new Map<string, Intl.NumberFormat>();

/** An amount as people of that language write it: ¥1,234.50. */
export function amount(minor: number, currency: string, locale: string): string {
  const digits = WITHOUT_FRACTION.has(currency) ? 0 : 2;
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: "currency",
      currency: currency || "CNY",
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(key, format);
  }
  return format.format(minor / 10 ** digits);
}

/** A count with its thousands apart. */
export function count(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}
