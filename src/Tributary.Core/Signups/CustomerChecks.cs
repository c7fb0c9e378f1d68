using Tributary.Primitives;

namespace Tributary.Signups;

/// <summary>What is wrong with what a call says of a customer, before anything is read.</summary>
internal static class CustomerChecks
{
    public static Problem? Refuse(CustomerInput customer)
    {
        if (string.IsNullOrWhiteSpace(customer.MerchantId))
            return new Problem(ProblemCode.MissingField, "A customer needs the merchant's id of it.", "customerId");
        if (customer.MerchantId.Length > Limits.CustomerId)
            return new Problem(ProblemCode.TooLong, $"A customer's id has at most {Limits.CustomerId} characters.", "customerId");
        if (customer.Email?.Length > Limits.Email)
            return new Problem(ProblemCode.TooLong, $"An e-mail address has at most {Limits.Email} characters.", "email");
        return customer.Mobile?.Length > Limits.Mobile
            ? new Problem(ProblemCode.TooLong, $"A mobile number has at most {Limits.Mobile} characters.", "mobile")
            : null;
    }
}
