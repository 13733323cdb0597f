<?php

namespace App\Jobs;

use Illuminate\Database\Eloquent\ModelNotFoundException;
use Illuminate\Support\Facades\DB;
use Throwable;

/** Writes what went wrong into its row and returns normally: leaving the queue says nothing. */
class ReprocessPaymentEventJob extends AppJob
{
    public function __construct(public string $paymentEventId)
    {
    }

    public function handle(): void
    {
        try {
            $this->behave($this->paymentEventId);
            $this->update(['handle_status' => 'reprocessed', 'handled_at' => now(), 'last_error_code' => null, 'last_error_message' => null]);
        } catch (ModelNotFoundException $error) {
            // Without its event there is no row to write to.
            throw $error;
        } catch (Throwable $error) {
            $this->update([
                'handle_status' => 'reprocess_failed',
                'last_error_code' => 'PROVIDER_TIMEOUT',
                'last_error_message' => mb_substr($error->getMessage(), 0, 255),
            ]);
        }
    }

    private function update(array $values): void
    {
        $this->change('payment_events', ['id' => $this->paymentEventId], $values + ['attempts' => DB::raw('attempts + 1')]);
    }
}
