import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "~/app/queries";
import { router } from "~/app/router";
import { Themed } from "~/app/Themed";
import { follow } from "~/app/versions";
import { prepare } from "~/client/language";
import { texts } from "~/kit/every_text";
import "~/app/styles.css";

function show(): void {
  const root = document.getElementById("root");
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Themed>
          <RouterProvider router={router} />
        </Themed>
      </QueryClientProvider>
    </StrictMode>,
  );
}

follow();
prepare(texts).then(show);
