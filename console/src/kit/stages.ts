/** The stages of an order, in the order in which it goes through them. */
export const TRACK = ["received", "confirmed", "backordered", "allocated", "picked", "packed", "shipped", "delivered"];
