<?php

namespace App\Jobs;

use Illuminate\Support\Facades\DB;

/** Writes what went wrong into its row and returns normally: leaving the queue says nothing. */
class ReprocessPaymentEventJob extends AppJob
{
    public function __construct(public string $paymentEventId)
    {
    }

    public function handle(): void
    {
        $row = DB::table('payment_events')->where('id', $this->paymentEventId);
        try {
            $this->behave($this->paymentEventId);
            $row->update(['handle_status' => 'reprocessed', 'updated_at' => now()]);
        } catch (\Throwable $error) {
            $row->update([
                'handle_status' => 'reprocess_failed',
                'last_error_code' => 'PROVIDER_TIMEOUT',
                'last_error_message' => substr($error->getMessage(), 0, 250),
                'updated_at' => now(),
            ]);
        }
    }
}
