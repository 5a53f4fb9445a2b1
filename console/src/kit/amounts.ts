/** Amounts are integers in a currency's minor unit (ISO 4217): most count hundredths, some whole units, some thousandths. */
const WHOLE = new Set("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" "));
const THOUSANDTHS = new Set("BHD IQD JOD KWD LYD OMR TND".split(" "));
const formats = new Map<string, Intl.NumberFormat>();

/** How many digits stand behind the point of a currency's amounts. */
export function digits(currency: string): number {
  return WHOLE.has(currency) ? 0 : THOUSANDTHS.has(currency) ? 3 : 2;
}

/** An amount for a spreadsheet: exact, without thousands or a sign of the currency. */
export function figure(minor: number, currency: string): string {
  return (minor / 10 ** digits(currency)).toFixed(digits(currency));
}

/** A typed amount in the currency's minor unit; nothing for what is no number. */
export function minor(typed: string | undefined, currency: string): number | undefined {
  const value = Number(typed);
  return typed && Number.isFinite(value) ? Math.round(value * 10 ** digits(currency)) : undefined;
}

/** An amount as people of that language write it: ¥1,234.50. */
export function amount(minor: number, currency: string, locale: string): string {
  const places = digits(currency);
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: "currency",
      currency: currency || "CNY",
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: places,
      maximumFractionDigits: places,
    });
    formats.set(key, format);
  }
  return format.format(minor / 10 ** places);
}

/** A count with its thousands apart. */
export function count(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}
