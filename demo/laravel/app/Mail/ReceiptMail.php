<?php

namespace App\Mail;

use App\Behaviour;
use Illuminate\Bus\Queueable;
use Illuminate\Mail\Mailable;

class ReceiptMail extends Mailable
{
    use Queueable;

    public function __construct(public string $orderNo)
    {
    }

    public function build(): self
    {
        Behaviour::of(static::class, $this->orderNo);

        return $this->subject('Receipt')->html('<p>Thank you</p>');
    }
}
