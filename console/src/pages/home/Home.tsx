import { Navigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useMay, useSession } from "~/client/session";

/** The first page: the order pool; a dealer has a page of its own, which is no part of the console. */
export default function Home() {
  const { customer_no: customerNo } = useSession();
  const may = useMay();
  const dealer = customerNo !== "" && !may("orders:read");
  useEffect(() => {
    if (dealer) window.location.replace("/dealer");
  }, [dealer]);
  return dealer ? null : <Navigate to="/orders" replace />;
}
